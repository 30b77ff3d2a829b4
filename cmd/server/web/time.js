// Times in the log are ticks: sixteenths of a millisecond since 1970, as a hybrid
// logical clock counts them. A pen writes its clock's time, or else the least that is
// greater than any it has seen. The Go half is canvas/time.go.
export const perMilli = 16; // ticks
export const tolerance = 10 * 60 * 1000 * perMilli; // of what is taken in, ahead of one's own clock
