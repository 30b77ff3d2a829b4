// Moments of the past, in words.

// whenWords says when a time was, as people do: how long ago, if that is less than an hour,
// and what the clock showed. Times are in ms since 1970.
/** @param {number} time @param {number} now @param {string} [language] @param {string} [zone] */
export function whenWords(time, now, language, zone) {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  const clock = clockWords(time, now, language, zone);
  if (seconds >= 3600) return clock;
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return `${seconds < 60 ? ago.format(-seconds, "second") : ago.format(-Math.round(seconds / 60), "minute")}, ${clock}`;
}

// clockWords says what the clock showed, and on which day if that is another.
/** @param {number} time @param {number} now @param {string} [language] @param {string} [zone] */
export function clockWords(time, now, language, zone) {
  const day = /** @type {const} */ ({ dateStyle: "medium", timeZone: zone });
  const of = (at) => new Intl.DateTimeFormat(language, day).format(at);
  const isToday = of(time) === of(now);
  return new Intl.DateTimeFormat(language, { timeStyle: "medium", timeZone: zone, ...(isToday ? {} : day) }).format(time);
}
