package main

import (
	"slices"
	"testing"
)

// The browser keeps so much of all rooms and no more: what was used longest ago goes
// first, and of a room only what a page has read or written.
func TestShelfIsBounded(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open(server.url + "/studio")
	p.wait(connected)
	got := eval[[]int](p, `import("/static/shelf.js").then(async ({ Shelf }) => {
		const at = (room) => new Shelf(room);
		const later = () => new Promise((resolve) => setTimeout(resolve, 2));
		for (const room of ["/a", "/b", "/c"]) {
			await at(room).add([new Uint8Array(20 << 20)], false);
			await later();
		}
		await at("/a").add(["used again"], false);
		await later();
		await at("/d").add([new Uint8Array(20 << 20)], false);
		const [mine, other] = [at("/e"), at("/e")];
		await mine.add(["mine"], false);
		await other.add(["other"], false);
		await mine.add(["mine anew"], true);
		const counts = [];
		for (const room of ["/a", "/b", "/c", "/d", "/e"]) counts.push((await at(room).pieces()).length);
		return counts;
	})`)
	if want := []int{2, 0, 1, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v pieces, want %v", got, want)
	}
}
