package recording

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"
	"time"

	"drawmesh/canvas"
)

func appendHeader(dst []byte, h Header) []byte {
	return appendJSON(dst, struct {
		Type string `json:"type"`
		Header
	}{"recording", h})
}

func appendWho(dst []byte, who Who) []byte {
	return appendJSON(dst, struct {
		Type string `json:"type"`
		Who
	}{"who", who})
}

// A deadLine is a Dead as JSON.
type deadLine struct {
	Type string        `json:"type"`
	Dead canvas.Vector `json:"dead"`
}

func appendOp(dst []byte, op Op) []byte {
	dst = append(dst, `{"type":"op"`...)
	if op.At != 0 {
		dst = appendTime(dst, op.At)
	}
	if op.From != "" {
		dst = appendJSON(append(dst, `,"from":`...), op.From)
	}
	return append(op.appendOp(append(dst, `,"op":`...)), '}')
}

func appendClear(dst []byte, c Clear) []byte {
	dst = appendTime(append(dst, `{"type":"op"`...), c.At)
	if c.From != "" {
		dst = appendJSON(append(dst, `,"from":`...), c.From)
	}
	return append(canvas.AppendMessage(append(dst, `,"op":`...), c.Clear), '}')
}

// A keyLine is a Base as JSON.
type keyLine struct {
	Type  string           `json:"type"`
	Key   canvas.PublicKey `json:"key"`
	N     uint32           `json:"n"`
	Chain canvas.Chain     `json:"chain,omitzero"`
}

func appendBase(dst []byte, b Base) []byte {
	l := keyLine{Type: "key", Key: b.Key, N: b.N}
	if b.N > 0 {
		l.Chain = b.Chain
	}
	return appendJSON(dst, l)
}

func appendHead(dst []byte, h canvas.Head) []byte {
	h.Key = canvas.PublicKey{}
	text := canvas.AppendMessage(nil, h)
	return append(append(dst, `{"type"`...), bytes.TrimPrefix(text, []byte(`{"event"`))...)
}

// A lieLine is a Lie as JSON.
type lieLine struct {
	Type  string  `json:"type"`
	AtMS  float64 `json:"at_ms"`
	Frame []byte  `json:"frame"` // in base64
}

func appendLie(dst []byte, l Lie) []byte {
	return appendJSON(dst, lieLine{"proof", float64(l.At.Round(time.Microsecond).Microseconds()) / 1000, canvas.AppendProof(nil, l.Proof)})
}

// appendOp appends the op as it is on the wire.
func (op Op) appendOp(dst []byte) []byte {
	if op.Entry.N > 0 {
		return canvas.AppendMessage(dst, op.Entry)
	}
	switch op := op.Entry.Op.(type) {
	case canvas.PlainOp:
		return canvas.AppendOp(dst, op)
	case canvas.Undo:
		return append(dst, `{"event":"undo"}`...)
	case canvas.Redo:
		return append(dst, `{"event":"redo"}`...)
	}
	return dst
}

// appendCheck writes a check up to its hash.
func appendCheck(dst []byte, c Check) []byte {
	kind := "check"
	if c.End {
		kind = "end"
	}
	dst = append(append(append(dst, `{"type":"`...), kind...), '"')
	dst = appendTime(dst, c.At)
	dst = strconv.AppendInt(append(dst, `,"lines":`...), int64(c.Lines), 10)
	dst = strconv.AppendInt(append(dst, `,"ops":`...), int64(c.Ops), 10)
	dst = append(append(dst, `,"sum":"`...), c.Sum...)
	return append(dst, `","hash":"`...)
}

// appendHash ends a check. Of the line, only this is not in the hash.
func appendHash(dst []byte, h hash.Hash) []byte {
	return append(hex.AppendEncode(dst, h.Sum(nil)), `"}`...)
}

// appendTime writes milliseconds, to the microsecond.
func appendTime(dst []byte, at time.Duration) []byte {
	return strconv.AppendFloat(append(dst, `,"at_ms":`...), float64(at.Round(time.Microsecond).Microseconds())/1000, 'f', -1, 64)
}

func appendJSON(dst []byte, v any) []byte {
	b := bytes.NewBuffer(dst)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false) // it is for jq, not for a page
	if err := enc.Encode(v); err != nil {
		panic(err) // records hold nothing that cannot be encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
