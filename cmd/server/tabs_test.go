package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// tab opens another tab beside a page, in the same browser window's storage.
func (p *page) tab(url string) *page {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	p.t.Cleanup(cancel)
	q := &page{t: p.t, ctx: ctx}
	q.do()
	q.do(chromedp.Navigate(url))
	return q
}

// Over plain HTTP a browser has no more than six connections for all of its
// tabs. Seven tabs are loaded all the same: those that have to wait say why, and
// go on when one is closed.
func TestManyTabs(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	tabs := []*page{b.open(server.url + "/room0")}
	for i := 1; i < 7; i++ {
		tabs = append(tabs, tabs[0].tab(fmt.Sprintf("%s/room%d", server.url, i)))
	}
	for _, p := range tabs[:5] {
		p.wait(connected)
	}
	for _, p := range tabs[5:] {
		p.wait(`document.querySelector("#notice").textContent.includes("close one, or use https")`)
	}
	tabs[2].close()
	tabs[3].close()
	tabs[5].wait(connected)
	tabs[6].wait(connected)
}

// Over TLS there is no such bound.
func TestManyTabsOverTLS(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--tls-self-signed")
	b := newBrowser(t, chromedp.Flag("ignore-certificate-errors", true))
	tabs := []*page{b.open(server.url + "/room0")}
	for i := 1; i < 10; i++ {
		tabs = append(tabs, tabs[0].tab(fmt.Sprintf("%s/room%d", server.url, i)))
	}
	for _, p := range tabs {
		p.wait(connected)
	}
}
