package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A firstVisit is when a page could be used, and when it was linked to somebody, in ms since it
// was asked for.
type firstVisit struct{ Usable, Linked float64 }

// watchVisit notes a visit, from the beginning of a document on.
const watchVisit = `window.visit = {};
new MutationObserver(() => {
	if (document.querySelector("main")?.inert === false) visit.Usable ??= performance.now();
	if (document.documentElement.dataset.links > 0) visit.Linked ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["inert", "data-links"] });`

// BenchmarkPageFirstVisit measures how long it takes somebody who has never been there until
// the page can be used and is linked to who is in the room, on loopback and where each
// answer takes 150 ms, against how long an answer without a page takes in the same way.
func BenchmarkPageFirstVisit(b *testing.B) {
	server := startProcess(b, "--port=0", "--token-secret", longSecret)
	enter(b, server.url+"/visited")
	browser := newBrowser(b)
	f := make(figures)
	for b.Loop() {
		for name, latency := range map[string]time.Duration{"loopback": 0, "150ms": 150 * time.Millisecond} {
			p := browser.open("about:blank")
			p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: watchVisit})
				return err
			}), delay(latency))
			p.do(chromedp.Navigate(server.url + "/healthz"))
			bare := eval[float64](p, `performance.getEntriesByType("navigation")[0].loadEventEnd`)
			p.do(chromedp.Navigate(server.url + "/visited"))
			p.wait(`visit.Linked > 0`)
			v := eval[firstVisit](p, `visit`)
			f.add(name+"-usable-ms", v.Usable)
			f.add(name+"-linked-ms", v.Linked)
			f.add(name+"-bare-ms", bare)
			f.add(name+"-usable/bare", v.Usable/bare)
			p.close()
		}
	}
	f.report(b)
}

// delay has each answer that a page asks for take so long.
func delay(latency time.Duration) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Latency: float64(latency.Milliseconds()), DownloadThroughput: -1, UploadThroughput: -1}},
		})
		return err
	})
}
