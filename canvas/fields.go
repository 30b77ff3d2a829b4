package canvas

// A field is one that some message has a use for.
type field uint8

const (
	fEvent field = iota
	fLastPoint
	fX
	fY
	fForce
	fColor
	fCommit
	fOrigin
	fWidth
	fHeight
	fLineWidth
	fN
	fT
	fK
	fO
	fBy
	fH   // of the first log
	fCut // likewise
	fKey
	fSig
	fLive
	fCount
)

// names are the fields' names, for errors.
var names = [fCount]string{
	"event", "lastPoint", "x", "y", "force", "color",
	"commit", "origin", "width", "height", "lineWidth",
	"n", "t", "k", "o", "by", "h", "cut", "key", "sig", "live",
}

// fieldOf is the field of that name, or fCount. Case matters, as in
// JavaScript.
func fieldOf(name []byte) field {
	for i := range names {
		if string(name) == names[i] {
			return field(i)
		}
	}
	return fCount
}

// fields are the values of an object's fields, still JSON; nil where there is
// none. They share the message's memory.
type fields [fCount][]byte
