// Names for those who have not said theirs.

const manners = "Quick Quiet Bright Gentle Merry Clever Bold Calm Lucky Sunny Brave Kind".split(" ");
const animals = "Otter Heron Fox Lynx Robin Badger Panda Finch Hare Koala Seal Wren".split(" ");

const pick = (words) => words[Math.floor(Math.random() * words.length)];

// randomName makes one up.
export function randomName() {
  return `${pick(manners)} ${pick(animals)}`;
}
