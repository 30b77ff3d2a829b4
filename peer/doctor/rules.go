package doctor

// A Check names one thing that is looked at.
type Check string

// A Rule is what should hold.
type Rule struct {
	Check Check
	Text  string
}

// Rules are all that is looked at, in the order of a report.
var Rules = []Rule{
	{"server.answers", "something answers at the server's address"},
	{"server.direct", "nothing redirects elsewhere"},
	{"server.token", "`POST /access` gives a token with id, username, iat and exp, good for an hour"},
	{"server.clock", "the server's clock is ours"},
	{"server.page", "the room's address shows the page"},
	{"server.host", "the server knows the name by which it is called"},
	{"server.nameless", "nobody gets a token without a name: 403"},
	{"server.tokenless", "nothing is done without a token: 401, or with a bad one: 403"},
	{"server.malformed", "a body that is no JSON is refused: 400"},
	{"server.large", "a body that is too large is refused: 413"},
	{"stream.accept", "there is no event stream for who does not ask for one: 404"},
	{"stream.opens", "`GET /connect` opens an event stream"},
	{"stream.first", "the first event is `connected`, comes at once, and names us"},
	{"stream.plain", "the stream is not compressed, also for who would take that"},
	{"stream.hints", "the stream tells proxies to hold nothing back"},
	{"stream.prompt", "events come at once"},
	{"stream.heartbeat", "a `ping` comes at least every 10 s"},
	{"stream.resumes", "a stream that dropped goes on where it was, and nobody has noticed"},
	{"stream.single", "a second stream of a peer takes over from its first"},
	{"rooms.introduces", "a join gives each side one `add-peer`: the joiner with offer, the member without"},
	{"rooms.again", "joining again changes nothing"},
	{"rooms.at-once", "of many who join at once, every two are introduced, once"},
	{"rooms.leaves", "who leaves is told to the others at once"},
	{"relay.passes", "what a peer sends comes as it was sent, with its true sender"},
	{"relay.order", "what a peer sends comes in order"},
	{"relay.own", "no peer can send the server's own events"},
	{"relay.lines", "no line break gets into another's stream"},
	{"relay.strangers", "nothing is passed to who shares no room with the sender: 404"},
	{"ways.told", "peers are told of STUN or TURN servers"},
	{"ways.stun", "STUN answers from here"},
	{"ways.turn", "TURN relays from here"},
	{"ways.candidates", "this machine has addresses to be reached at"},
	{"ways.link", "two peers on this machine link through the server"},
	{"room.enters", "the room lets us in"},
	{"room.members", "everybody there is introduced to us once, and nobody is we ourselves"},
	{"room.links", "we link to everybody there"},
	{"room.others", "everybody there is linked to everybody else"},
}
