package settings

import (
	"context"

	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// networkRows are the way to the banks.
func (s *Screen) networkRows() []fyne.CanvasObject { return []fyne.CanvasObject{s.proxyLine()} }

func (s *Screen) proxyLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: proxyRow, title: v.T("proxy.title", "Proxy"), sub: v.T("proxy.none", "none: Coffer goes to each bank directly")}
	if s.data.proxy == "" {
		l.acts = append(l.acts, s.button("proxy", part.ButtonSpec{Text: v.T("proxy.set", "Set a proxy"), OnTap: s.openProxy}))
		return s.line(l)
	}
	l.sub = ""
	l.acts = append(l.acts, part.NewText(s.data.proxy, part.Style{Role: look.Code, Tint: look.Muted, Mono: true}).Cut(290),
		s.button("proxy-off", part.ButtonSpec{Text: v.T("proxy.off", "Go without"), Rank: part.Quiet, OnTap: func() { s.setProxy("") }}),
		s.button("proxy", part.ButtonSpec{Text: v.T("proxy.change", "Change"), OnTap: s.openProxy}))
	if s.panel == nil || s.panel.row != proxyRow {
		l.under = append(l.under, para(s.proxySees(), look.Muted))
	}
	return s.line(l)
}

func (s *Screen) proxySees() string {
	return s.voice.T("proxy.sees", "The proxy sees the host name of each bank that is asked, when, and how many bytes. It can’t read what is said: the bank’s encryption goes through it.")
}

func (s *Screen) openProxy() {
	v := s.voice
	var p *panel
	p = s.open(ask{row: proxyRow, fields: []string{v.T("proxy.address", "HTTP proxy, as 127.0.0.1:3128")}, plain: true, act: v.T("proxy.do", "Use this proxy"),
		lines: []string{
			s.proxySees(),
			v.T("proxy.looks-up", "It looks up where the bank is in place of this computer, so Coffer can’t check where the name leads. The bank still proves itself by its certificate."),
			v.T("proxy.alone", "Only a proxy that you name here is used, never one that this computer is set up with."),
		},
		do: func() { s.setProxy(p.entries[0].Text()) },
	})
	p.entries[0].SetText(s.data.proxy)
	p.entries[0].SelectAll()
}

// setProxy sets the proxy; "" is none.
func (s *Screen) setProxy(address string) {
	v := s.voice
	p := s.panel
	if address == "" {
		s.dropPanel()
		p = nil
	}
	s.run(chore{row: proxyRow, word: v.T("settings.saving", "Saving"), work: func(ctx context.Context, _ tell) error {
		_, err := s.coffer.SetProxy(ctx, address)
		return err
	}, done: func(err error) {
		switch {
		case err != nil && p != nil:
			s.draw()
			s.refuse(p, err, "")
			p.entries[0].SetWrong(fault.KindOf(err) == fault.BadProxy)
		case err != nil:
			s.words[proxyRow] = bad(v.Fault(err))
			s.draw()
		case address == "":
			s.changed(proxyRow, v.T("proxy.is-off", "From now on Coffer goes to each bank directly."))
		default:
			s.dropPanel()
			s.changed(proxyRow, v.T("proxy.is-on", "From now on every request goes by this proxy, and its row in the ledger says so."))
		}
	}})
}
