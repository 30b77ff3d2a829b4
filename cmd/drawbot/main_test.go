package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"drawmesh/signaling"
)

func TestMisuse(t *testing.T) {
	tests := []struct {
		args string
		err  string // the first line
		try  string // the command whose help is named
	}{
		{"erase studio", `unexpected argument erase`, "drawbot"},
		{"--loud", `unknown flag --loud`, "drawbot"},
		{"join", `expected "<room>"`, "drawbot join"},
		{"join a b", `unexpected argument b`, "drawbot join"},
		{"join a --for=-1s", `--for -1s: a duration is above zero`, "drawbot join"},
		{"join a --for soon", `--for: expected duration but got "soon": time: invalid duration "soon"`, "drawbot join"},
		{"join a --name \u200b", `--name: a name needs at least one character that can be seen`, "drawbot join"},
		{"join a --name=", `--name: a name needs at least one character that can be seen`, "drawbot join"},
		{"keep a --store x --name=\u2800", `--name: a name needs at least one character that can be seen`, "drawbot keep"},
		{"join connect", `room "connect": ` + roomRule, "drawbot join"},
		{"join ..", `room "..": ` + roomRule, "drawbot join"},
		{"join a+b", `room "a+b": ` + roomRule, "drawbot join"},
		{"join ../a", `room "../a" is neither a name nor an address: did you mean http://../a?`, "drawbot join"},
		{"join localhost:8081/a", `room "localhost:8081/a" is neither a name nor an address: did you mean http://localhost:8081/a?`, "drawbot join"},
		{"join ftp://a/b", `room "ftp://a/b": an address begins with http:// or https://, as in http://localhost:8081`, "drawbot join"},
		{"join http:///b", `room "http:///b": the address names no host, as in http://localhost:8081`, "drawbot join"},
		{"join http://ana:geheim@a/studio", `room "http://…@a/studio": an address takes no user and password, which every list of processes would show: put them into a file, --login-file`, "drawbot join"},
		{"join studio --server http://ana:geheim@a", `server "http://…@a": an address takes no user and password, which every list of processes would show: put them into a file, --login-file`, "drawbot join"},
		{"join http://a/", `room "http://a": the address names a server and no room: try http://a/studio`, "drawbot join"},
		{"join http://a", `room "http://a": the address names a server and no room: try http://a/studio`, "drawbot join"},
		{"join http://a/static", `room "http://a/static": "static": ` + roomRule, "drawbot join"},
		{"join a --server here", `server "here": an address begins with http:// or https://, as in http://localhost:8081`, "drawbot join"},
		{"join a --server http://[::1", `server "http://[::1": missing ']' in host`, "drawbot join"},
		{"draw a", `what to draw? Give a file, - for standard input, --pattern, --svg, --text or --image`, "drawbot draw"},
		{"draw a - --pattern grid", `either a file or --pattern, not both`, "drawbot draw"},
		{"draw a --pattern star", `--pattern star: there are spiral, grid, flower, walk`, "drawbot draw"},
		{"draw a - --rate=-1", `--rate -1: a rate is above zero, and 1000000 operations a second at most`, "drawbot draw"},
		{"draw a - --rate NaN", `--rate NaN: a rate is above zero, and 1000000 operations a second at most`, "drawbot draw"},
		{"draw a - --rate fast", `--rate: "fast" is no rate, such as 500 or max`, "drawbot draw"},
		{"draw a - --rate Inf", `--rate: "Inf" is no rate, such as 500 or max`, "drawbot draw"},
		{"draw a - --fit 3x3", `--fit, --margin, --width and --sort are for --svg, --text and --image`, "drawbot draw"},
		{"draw a - --svg b", `either --svg or a file of operations, not both`, "drawbot draw"},
		{"draw a --pattern grid --svg b", `either --svg or --pattern, not both`, "drawbot draw"},
		{"draw a --text hi --svg b", `either --svg or --text, not both`, "drawbot draw"},
		{"draw a --text hi --pattern grid", `either --text or --pattern, not both`, "drawbot draw"},
		{"draw a --text hi --style hatch", `--style, --colors and --spacing are for --image`, "drawbot draw"},
		{"draw a --image b --style oil", `--style oil: there are outline, hatch, stipple`, "drawbot draw"},
		{"draw a --image b --colors 65", `--colors 65: 1 to 64`, "drawbot draw"},
		{"draw a --image b --spacing 0.5", `--spacing 0.5: 1 to 16384 pixels`, "drawbot draw"},
		{"draw a --image b --text hi", `either --text or --image, not both`, "drawbot draw"},
		{"draw a b.png", `b.png holds no operations: draw it with --image b.png`, "drawbot draw"},
		{"draw a b.svg", `b.svg holds no operations: draw it with --svg b.svg`, "drawbot draw"},
		{"draw a --svg=", `--svg: the name is empty`, "drawbot draw"},
		{"draw a --svg b --margin NaN", `--margin NaN: up to 16384 pixels`, "drawbot draw"},
		{"draw a --svg b --width 513", `--width 513: a width is above zero, and 512 pixels at most`, "drawbot draw"},
		{"draw a --svg b --tolerance 0", `--tolerance 0: 0.01 to 16384 pixels`, "drawbot draw"},
		{"draw a - --dry-run x.png", `--dry-run is not for a file of operations: render makes a picture of it`, "drawbot draw"},
		{"draw a --svg b --dry-run x.gif", `--dry-run x.gif: a .gif is not what is written there: give a name that ends in .png`, "drawbot draw"},
		{"draw a --svg b --dry-run b", `--dry-run b is what is read, too: give it another name`, "drawbot draw"},
		{"draw a - --for=-1s", `--for -1s: a duration is above zero`, "drawbot draw"},
		{"draw a - --radius=-1", `--radius -1: a radius is above zero, and 16384 pixels at most`, "drawbot draw"},
		{"draw a --pattern grid --radius 0", `--radius 0: it is above zero`, "drawbot draw"},
		{"draw a --pattern grid --seed 0", `--seed 0: it is above zero`, "drawbot draw"},
		{"draw a - --rate=0", `--rate 0: it is above zero`, "drawbot draw"},
		{"draw a - --for -1s", `--for -1s: a duration is above zero`, "drawbot draw"},
		{"draw a - --at 1", `--at: "1" is no place, such as 640,360`, "drawbot draw"},
		{"draw a - --color tomatoe", `--color: "tomatoe" is no CSS color, such as tomato, #9900ff or rgb(153, 0, 255)`, "drawbot draw"},
		{"record a", `record what? Give -o FILE.png, --log FILE.ndjson, --frames DIR or --timelapse FILE.gif`, "drawbot record"},
		{"record a -o x --every soon", `--every: "soon" is neither a duration nor a number of operations, such as 10s or 100ops`, "drawbot record"},
		{"record a -o x --crop 1,2", `--crop: "1,2" is no part of the canvas, such as 100,50,640x360`, "drawbot record"},
		{"record a -o x --scale 1000", `--scale 1000: 0.01 to 100`, "drawbot record"},
		{"record a -o x --split 1ms", `--split 1ms: at least 1s`, "drawbot record"},
		{"record a -o - --split 1s", `standard output cannot be split`, "drawbot record"},
		{"record a --timelapse x.avi", `--timelapse x.avi: a name ends in .gif, .png, .apng, .mp4 or .webm`, "drawbot record"},
		{"record a --timelapse x.gif --speed 0", `--speed 0: 0.1 to 1000000`, "drawbot record"},
		{"record a -o - --log -", `-o - and --log -: standard output holds one of them`, "drawbot record"},
		{"record a -o x.png --size big", `--size: "big" is no size, such as 1280x720`, "drawbot record"},
		{"record a -o x.png --background tomatoe", `--background: "tomatoe" is no CSS color, such as tomato, #9900ff or rgb(153, 0, 255)`, "drawbot record"},
		{"record a -o x.png --for=-1s", `--for -1s: a duration is above zero`, "drawbot record"},
		{"snap a", `missing flags: --out=FILE`, "drawbot snap"},
		{"snap a -o x --format gif", `--format gif: there are png, ndjson and ndjson.gz`, "drawbot snap"},
		{"snap a -o x.png --timeout 9ms", `--timeout 9ms: at least 1s`, "drawbot snap"},
		{"keep --store x", `expected "<room> ..."`, "drawbot keep"},
		{"keep a", `missing flags: --store=DIR`, "drawbot keep"},
		{"keep ../a --store x", `room "../a" is neither a name nor an address: did you mean http://../a?`, "drawbot keep"},
		{"keep http://a/r http://b/r --store x", `http://a/r and http://b/r have one name, and a directory holds one room of each: keep them in two`, "drawbot keep"},
		{"load a --bots 0", `--bots 0: 1 to 10000`, "drawbot load"},
		{"load a --bots 4 --rooms 5", `--rooms 5: there are 4 bots for them`, "drawbot load"},
		{"load a --stages 1s:20 --bots 4", `--bots 4: the most in Stages are 20; one of the two is enough`, "drawbot load"},
		{"load a --stages 20", `--stages: "20" is no stage, such as 10s:20`, "drawbot load"},
		{"load a --rate fast", `--rate: "fast" is no rate, such as 60 or 10s:60,30s:120`, "drawbot load"},
		{"load a --rate 1s:-5", `--rate 1s:-5: a time not below zero, and 0 to 100000 segments a second`, "drawbot load"},
		{"load a --allow-missing few", `--allow-missing: "few" is no number of bots, such as 3 or 5%`, "drawbot load"},
		{"load a --threshold latency.p99{scenario:walk,room:2}<5ms", `--threshold "latency.p99{scenario:walk,room:2}<5ms": there is no room 2: there are 1`, "drawbot load"},
		{"load a --exec=", `--exec: the command is empty`, "drawbot load"},
		{"load a --find-limit latency.p99{room:2}<5ms", `--threshold "latency.p99{room:2}<5ms": there is no room 2: there are 1`, "drawbot load"},
		{"load a --duration 0s", `--duration 0s: above zero`, "drawbot load"},
		{"load a --writers 11", `--writers 11: 0 (all) to 10, for that many bots share a room`, "drawbot load"},
		{"load a --pattern star", `--pattern star: there are spiral, grid, flower, walk`, "drawbot load"},
		{"load a --raise rate", `--raise is for --find-limit`, "drawbot load"},
		{"load a --find-limit latency.p99<5ms --raise luck", `--raise luck: there are rate and bots`, "drawbot load"},
		{"load a --find-limit latency.p99<5ms --threshold ops.lost==0", `either --threshold or --find-limit, which takes several, too`, "drawbot load"},
		{"load a --part 1/2", `--part needs --seed: the parts have to agree on what is random`, "drawbot load"},
		{"load a --part 0/2", `--part: "0/2" is no part, such as 2/5`, "drawbot load"},
		{"load a --start-at noon", `--start-at: "noon" is no time, such as 15:04, 15:04:05 or 2006-01-02T15:04:05Z`, "drawbot load"},
		{"load a --threshold links.lost==1%", `--threshold: "links.lost==1%": links.lost is a number, not a share of something`, "drawbot load"},
		{"load a --chaos maim=1/s", `--chaos: "maim=1/s": there are kill, cut and drop, as in kill=6/min,cut=1/s,drop=2/s`, "drawbot load"},
		{"load a --json - --html -", `--json - and --html -: standard output holds one of them`, "drawbot load"},
		{"report", `expected one of "merge", "show"`, "drawbot report"},
		{"report merge", `expected "<files> ..."`, "drawbot report merge"},
		{"render -o x.png", `expected "<log> ..."`, "drawbot render"},
		{"render x", `missing flags: --out=FILE`, "drawbot render"},
		{"render x -o -", `standard output has no name to tell the format by: give --format`, "drawbot render"},
		{"render x -o x", `-o x: the name has no ending to tell the format by: give it one of .png, .svg, .gif, .apng, .mp4, .webm, or give --format`, "drawbot render"},
		{"render x -o x.png --only=", `--only: the name is empty`, "drawbot render"},
		{"render x -o x.png --without ,ana", `--without: the name is empty`, "drawbot render"},
		{"render x -o x.png --size -1x2", `--size: -1x2: a side has 1 to 16384 pixels, and a picture 67108864 at most`, "drawbot render"},
		{"render x -o x.txt", `format "txt": there are png, svg, gif, apng, mp4, webm`, "drawbot render"},
		{"render x -o x.png --at noon", `--at: "noon" is no moment, such as 90s, 2026-05-17T12:00:00Z or 1000 (operations)`, "drawbot render"},
		{"render x -o x.gif --length 0s", `--length 0s: a duration is above zero`, "drawbot render"},
		{"render x -o x.gif --rate 0", `--fps 0: 1 to 100`, "drawbot render"},
		{"replay x a --speed 0", `--speed 0: 0.001 to 1000000`, "drawbot replay"},
		{"replay x ../a", `room "../a" is neither a name nor an address: did you mean http://../a?`, "drawbot replay"},
		{"stats x -o -", `-o -: standard output holds the table`, "drawbot stats"},
		{"verify - -", `standard input holds the log or the picture, not both`, "drawbot verify"},
		{"demo --for 1ms", `--for 1ms: a demo takes a second at least`, "drawbot demo"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			want := "drawbot: " + tt.err + "\nTry: " + tt.try + " --help\n"
			checkRun(t, strings.Fields(tt.args), exitMisused, "", want)
		})
	}
}

// exitInterrupted is the status after a Ctrl-C that came too early.
const exitInterrupted = exitSignal + int(syscall.SIGINT)

const roomRule = "a room's name is 1 to 64 letters, digits, or any of - _ . ~, and no word of the server's own"

// checkRun runs drawbot to its end and compares everything it says.
func checkRun(t *testing.T, args []string, code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	if got := run(t.Context(), env{nothing(), &out, &err}, args); got != code {
		t.Errorf("got exit status %d, want %d", got, code)
	}
	if got := out.String(); got != stdout {
		t.Errorf("stdout: got %q, want %q", got, stdout)
	}
	if got := err.String(); got != stderr {
		t.Errorf("stderr: got %q, want %q", got, stderr)
	}
}

func TestNoWayIn(t *testing.T) {
	vacant, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := vacant.Addr().String()
	vacant.Close() // nobody is there
	html := answering(t, http.StatusOK, "text/html", "<html>")
	missing := answering(t, http.StatusNotFound, "text/plain", "no such page")
	broken := answering(t, http.StatusInternalServerError, "text/plain", "out of order")
	full := serve(t, signaling.ServerOptions{MaxPeers: 1}).URL
	https := strings.Replace(html, "http", "https", 1)
	start(t, nothing(), "join", full+"/studio").out.await(t, `"self"`)

	tests := []struct{ name, server, err string }{
		{"no_server", "http://" + address, "http://" + address + ": no server there (dial tcp " + address +
			": connect: connection refused); start one with: make run"},
		{"no_port", "http://127.0.0.1:99999", "http://127.0.0.1:99999: no server there (dial tcp: address 99999: invalid port)"},
		{"no_https", https, https + "/studio: the server speaks plain HTTP: begin its address with http://"},
		{"a_page", html, html + ": not a drawmesh server"},
		{"no_page", missing, missing + ": not a drawmesh server"},
		{"out_of_order", broken, "the server answered 500: out of order"},
		{"room_full", full, "room studio is full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			room, want := tt.server+"/studio", "drawbot: "+tt.err+"\n"
			png := filepath.Join(t.TempDir(), "out.png")
			checkRun(t, []string{"record", room, "-o", png}, exitFailed, "", want)
			if _, err := os.Stat(png); err == nil {
				t.Error("got a picture of a room that could not be entered")
			}
			checkRun(t, []string{"snap", room, "-o", png}, exitFailed, "", want)
			checkRun(t, []string{"draw", room, "-"}, exitFailed, "", want)
			record := string(encode(errorRecord{Type: "error", Cause: tt.err}))
			checkRun(t, []string{"join", room}, exitFailed, record, want)
		})
	}
}

func TestOnThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"http://localhost:8081/studio": true,
		"http://127.0.0.1/studio":      true,
		"https://[::1]:8081/studio":    true,
		"http://192.0.2.1:8081/studio": false,
		"https://draw.example/studio":  false,
	} {
		if got := onThisMachine(address); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

// answering starts a web server that answers everything alike.
func answering(t *testing.T, status int, mediaType, text string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		w.Write([]byte(text))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestFilesAreCheckedFirst(t *testing.T) {
	dir := t.TempDir()
	nowhere := filepath.Join(dir, "nowhere", "x.png")
	tests := []struct {
		name string
		args []string
		err  string
	}{
		{"no_folder", []string{"record", "a", "-o", nowhere}, nowhere + ": not writable: no such file or directory"},
		{"a_folder", []string{"record", "a", "-o", dir}, dir + ": not writable: is a directory"},
		{"log_in_no_folder", []string{"record", "a", "-o", "-", "--log", nowhere + ".ndjson"}, nowhere + ".ndjson: not writable: no such file or directory"},
		{"log_is_a_folder", []string{"record", "a", "-o", "-", "--log", dir}, dir + ": not writable: is a directory"},
		{"snap_in_no_folder", []string{"snap", "a", "-o", nowhere}, nowhere + ": not writable: no such file or directory"},
		{"render_in_no_folder", []string{"render", "x", "-o", nowhere}, nowhere + ": not writable: no such file or directory"},
		{"no_log", []string{"render", nowhere, "-o", "-", "--format", "png"}, nowhere + ": no such file or directory"},
		{"no_log_to_verify", []string{"verify", nowhere}, nowhere + ": no such file or directory"},
		{"no_log_to_replay", []string{"replay", nowhere, "a"}, nowhere + ": no such file or directory"},
		{"no_log_to_count", []string{"stats", nowhere}, nowhere + ": no such file or directory"},
		{"demo", []string{"demo", "--out", nowhere}, nowhere + ": not writable: no such file or directory"},
		{"no_program", []string{"demo", "--out", "-", "--program", nowhere}, "server: fork/exec " + nowhere + ": no such file or directory"},
		{"no_input", []string{"draw", "a", nowhere + ".ndjson"}, nowhere + ".ndjson: no such file or directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkRun(t, tt.args, exitFailed, "", "drawbot: "+tt.err+"\n")
		})
	}
}

func TestAFailedRecordingKeepsTheOldLog(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log.ndjson")
	yesterdays := `{"type":"recording","version":2}` + "\n" + `{"type":"op`
	if err := os.WriteFile(log, []byte(yesterdays), 0o666); err != nil {
		t.Fatal(err)
	}
	page := answering(t, http.StatusOK, "text/html", "<html>")
	checkRun(t, []string{"record", page + "/a", "-o", "-", "--log", log}, exitFailed, "", "drawbot: "+page+": not a drawmesh server\n")
	if got, err := os.ReadFile(log); err != nil || string(got) != yesterdays {
		t.Errorf("got %q, %v, want yesterday's log", got, err)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"", "--help", "-h", "join --help", "draw -h", "record --help", "snap --help", "render --help", "replay --help", "stats --help", "verify --help", "keep --help", "demo --help"} {
		t.Run(args, func(t *testing.T) {
			var out, err bytes.Buffer
			if got := run(t.Context(), env{nothing(), &out, &err}, strings.Fields(args)); got != exitDone || err.Len() > 0 {
				t.Fatalf("got exit status %d and stderr %q, want 0 and none", got, &err)
			}
			help, examples, found := strings.Cut(out.String(), "\nExamples:\n")
			if !found || !strings.HasPrefix(help, "Usage: drawbot") {
				t.Fatalf("got %q, want usage and examples", &out)
			}
			lines := strings.Split(strings.TrimSuffix(examples, "\n"), "\n")
			if len(lines) != 2 {
				t.Errorf("got %d examples, want 2", len(lines))
			}
			for _, line := range lines {
				checkExample(t, line)
			}
		})
	}
}

// checkExample checks that an example's drawbots would be understood.
func checkExample(t *testing.T, line string) {
	t.Helper()
	for command := range strings.SplitSeq(strings.TrimPrefix(line, "  $ "), " | ") {
		words := strings.Fields(command)
		if words[0] != "drawbot" {
			continue
		}
		args, _, _ := strings.Cut(strings.Join(words[1:], " "), " >")
		if cmd, _, err := parse(&bytes.Buffer{}, strings.Fields(args)); err != nil || cmd == nil {
			t.Errorf("example %q: got %v, want a command line that works", line, err)
		}
	}
}

func TestVersion(t *testing.T) {
	var out, err bytes.Buffer
	code := run(t.Context(), env{nothing(), &out, &err}, []string{"--version"})
	if code != exitDone || !strings.HasPrefix(out.String(), "drawbot ") || err.Len() > 0 {
		t.Errorf("got exit status %d, %q and %q, want 0 and drawbot's version", code, &out, &err)
	}
}
