package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"drawmesh/peer/doctor"
)

// doctorCommand examines a room and its server.
type doctorCommand struct {
	room
	JSON bool `name:"json" help:"Write records, one JSON object a line, and not a text."`
}

// Help is the text between the summary and the flags.
func (doctorCommand) Help() string {
	return `Examines the room, its server, and what lies in between, from where it runs: every rule of the protocol that a client can see, proxies that hold back or change things, clocks, STUN and TURN, and our own link to everybody in the room. Each line says ok, lax (it works nevertheless), failed or unknown, what was seen, and what to do.

It takes some 15 seconds, and two minutes at most. The rules are tried between peers of its own in rooms of their own. In ROOM it is a member for a few seconds, which draws nothing. docs/doctor.md lists the rules.`
}

func (doctorCommand) examples() string {
	return `
Examples:
  $ drawbot doctor studio
  $ drawbot doctor https://draw.example/studio --json | jq -r 'select(.grade == "failed") | .advice'
`
}

func (c *doctorCommand) run(ctx context.Context, e env, u *ui) error {
	address, err := c.url()
	if err != nil {
		return err
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	report, err := doctor.Examine(ctx, address, doctor.Options{
		Name: string(c.Name), HTTPClient: client,
		Progress: func(what string) { u.progress("looking at %s", what) },
	})
	u.erase()
	if report == nil {
		return err
	}
	write := writeDoctorText
	if c.JSON {
		write = writeDoctorRecords
	}
	if err := write(e.out, report); err != nil {
		return notWritable("standard output", err)
	}
	if err != nil {
		return orInterrupted(ctx, err, "not all was looked at")
	}
	switch failed := report.Count(doctor.Failed); {
	case failed > 0:
		return &statusError{exitMissed, fmt.Errorf("not healthy: %s failed", count(failed, "rule"))}
	case !report.Healthy():
		return &statusError{exitMissed, errors.New("not healthy: the room could not be looked at in two minutes")}
	}
	u.say("healthy, as far as can be seen from here")
	return nil
}

// A doctorTotal is the last of the records.
type doctorTotal struct {
	Type    string `json:"type"` // "total"
	Room    string `json:"room"`
	Healthy bool   `json:"healthy"`
	OK      int    `json:"ok"`
	Lax     int    `json:"lax"`
	Failed  int    `json:"failed"`
	Unknown int    `json:"unknown"`
	Took    int64  `json:"took_ms"`
}

// writeDoctorRecords writes one JSON object a line.
func writeDoctorRecords(w io.Writer, r *doctor.Report) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, f := range r.Findings {
		if err := out.Encode(struct {
			Type string `json:"type"`
			doctor.Finding
		}{"rule", f}); err != nil {
			return err
		}
	}
	for _, l := range r.Links {
		if err := out.Encode(struct {
			Type string `json:"type"`
			doctor.Link
		}{"link", l}); err != nil {
			return err
		}
	}
	return out.Encode(doctorTotal{
		"total", r.Room, r.Healthy(), r.Count(doctor.OK), r.Count(doctor.Lax), r.Count(doctor.Failed), r.Count(doctor.Unknown), r.Took.Milliseconds(),
	})
}

// writeDoctorText writes what people read.
func writeDoctorText(w io.Writer, r *doctor.Report) error {
	t := new(strings.Builder)
	part := ""
	for _, f := range r.Findings {
		if before, _, _ := strings.Cut(string(f.Check), "."); before != part {
			part = before
			fmt.Fprintf(t, "%s\n", part)
		}
		fmt.Fprintf(t, "  %-7s  %s: %s\n", f.Grade, f.Rule, printable(f.Seen))
		if f.Advice != "" {
			fmt.Fprintf(t, "           to do: %s\n", printable(f.Advice))
		}
	}
	if len(r.Links) > 0 {
		fmt.Fprintln(t, "our links")
	}
	for _, l := range r.Links {
		fmt.Fprintf(t, "  %-10s  %s\n", l.State, printable(linkText(l)))
	}
	fmt.Fprintf(t, "%s: %d ok, %d lax, %d failed, %d unknown\n", r.Room, r.Count(doctor.OK), r.Count(doctor.Lax), r.Count(doctor.Failed), r.Count(doctor.Unknown))
	_, err := io.WriteString(w, t.String())
	return err
}

// linkText is a link in words: to whom, and by which way.
func linkText(l doctor.Link) string {
	name := l.Name
	if name == "" {
		name = string(l.Peer)
	}
	text := name
	switch {
	case l.State == doctor.Open && l.Synced:
		text += " (keeps the drawing)"
	case l.State == doctor.Open:
		text += " (speaks the plain protocol)"
	}
	if l.Local != nil {
		text += fmt.Sprintf(": %s to %s over %s", l.Local.Kind, l.Remote.Kind, l.Local.Protocol)
	}
	if l.RoundTrip > 0 {
		text += fmt.Sprintf(", %.1f ms there and back", l.RoundTrip)
	}
	if l.Err != "" {
		text += ": " + l.Err
	}
	return text
}
