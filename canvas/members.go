package canvas

// A member is one that some message has a use for.
type member uint8

const (
	mEvent member = iota
	mLastPoint
	mX
	mY
	mForce
	mColor
	mCommit
	mOrigin
	mWidth
	mHeight
	mLineWidth
	mN
	mT
	mK
	mO
	mBy
	mH
	mCut
	mCount
)

// names are the members' names, for errors.
var names = [mCount]string{
	"event", "lastPoint", "x", "y", "force", "color",
	"commit", "origin", "width", "height", "lineWidth",
	"n", "t", "k", "o", "by", "h", "cut",
}

// memberOf is the member of that name, or mCount. Case matters, as in
// JavaScript.
func memberOf(name []byte) member {
	for i := range names {
		if string(name) == names[i] {
			return member(i)
		}
	}
	return mCount
}

// members are the values of an object's members, still JSON; nil where there is
// none. They share the message's memory.
type members [mCount][]byte
