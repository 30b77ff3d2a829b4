package loadtest

import (
	"fmt"
	"strconv"
	"strings"
)

// A sender is a bot whose operations may be heard.
type sender struct {
	name     string
	part     int  // from 1; 0: it is no bot
	unmarked bool // what it draws has no watermark
}

// Names of bots as others see them: load-PART-NUMBER, and -LIFE if it is not
// the first that goes by that number. What a bot of a program's own draws has no
// watermark, and it is called bot-….
const (
	namePrefix    = "load-"
	ownNamePrefix = "bot-"
)

func botName(part, number, life int) string {
	name := fmt.Sprintf("%d-%d", part, number)
	if life > 0 {
		name += fmt.Sprintf("-%d", life)
	}
	return name
}

// numberOf is the number in a bot's name; below zero if there is none.
func numberOf(name string) int {
	_, rest, _ := strings.Cut(name, "-")
	digits, _, _ := strings.Cut(rest, "-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// peerName is what the others see.
func (s sender) peerName() string {
	if s.unmarked {
		return ownNamePrefix + s.name
	}
	return namePrefix + s.name
}

// senderOf is the bot that a peer's name tells of, of parts.
func senderOf(peerName string, parts int) (sender, bool) {
	name, ok := strings.CutPrefix(peerName, namePrefix)
	unmarked := false
	if !ok {
		name, unmarked = strings.CutPrefix(peerName, ownNamePrefix)
	}
	first, _, _ := strings.Cut(name, "-")
	part, err := strconv.Atoi(first)
	return sender{name, part, unmarked}, (ok || unmarked) && err == nil && part >= 1 && part <= parts
}
