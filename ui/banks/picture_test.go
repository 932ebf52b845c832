package banks_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/provider"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

const longBank = "Raiffeisenbank Südöstliche Steiermark und Wechselgau eGen mbH"

// crowd is a vault with a link in every state, some with names that no card has room for.
func crowd() *fake {
	f := agreedTo()
	day := 24 * time.Hour
	bridged := linkView("bridge", "Tidewater Savings", consent.Active, time.Time{}, account("b1", "bridge", "Reserve", "0071"))
	bridged.Provider = app.Provider{ID: "simplefin", Name: "SimpleFIN Bridge", Reads: []string{"balances", "transactions"},
		File: provider.Provider{Bridge: "SimpleFIN Bridge", Sees: "Sees your balances and transactions, and holds your bank sign-in"}}
	long := linkView("long", longBank, consent.Active, now.Add(300*day), account("l1", "long", "Gemeinschaftskonto Haushalt und Nebenkosten der Wohnung in Graz", "8801"))
	lapsed := linkView("lapsed", "Harbour Bridge", consent.Lapsed, time.Time{}, account("l2", "lapsed", "Reserve", "0071"))
	lapsed.Problem = int(fault.SubscriptionLapsed)
	over := linkView("over", "Kestrel Current", consent.NeedsLogin, now.Add(-3*day), account("o1", "over", "Current", "1180"))
	over.Problem = int(fault.LoginNeeded)
	paused := linkView("paused", "Skylark Bank", consent.Paused, time.Time{}, account("p1", "paused", "Spend", "3001"))
	paused.PausedUntil, paused.Problem = now.Add(time.Hour), int(fault.BankPaused)
	f.links = append([]app.LinkView{over, lapsed}, append(f.links, bridged, long, paused)...)
	f.silent = []ledger.Silence{{Account: "a4", Last: ledger.DateOf(now).AddDays(-119), Days: 119, Usual: 31}}
	f.health = []app.AccountHealth{
		{Account: f.links[2].Accounts[0], LastRead: now.Add(-2 * time.Minute), Gaps: []ledger.Gap{{From: ledger.DateOf(now).AddDays(-700), To: ledger.DateOf(now).AddDays(-263)}}},
		{Account: f.links[2].Accounts[1], LastRead: now.Add(-70 * time.Hour)},
		{Account: long.Accounts[0], LastRead: now, Stated: money.New(188412, "EUR"), Computed: money.New(180000, "EUR"), Since: now.Add(-60 * time.Hour), Differs: true, Unended: true},
	}
	return f
}

// many is thirty links, one of twenty accounts, and names in scripts that run the other way or wide.
func many() *fake {
	f := &fake{providers: []app.Provider{northlight}}
	names := []string{longBank, "בנק הפועלים בע״מ סניף ירושלים המרכזי", "مصرف الراجحي المصرفية للاستثمار", "三菱UFJ信託銀行株式会社東京本店営業部", "Kestrel"}
	for i := range 30 {
		id := fmt.Sprintf("m%d", i)
		l := linkView(id, names[i%len(names)], consent.Active, now.Add(time.Duration(40+i)*24*time.Hour))
		most := 1 + i%3
		if i == 0 {
			most = 20
		}
		for j := range most {
			l.Accounts = append(l.Accounts, account(fmt.Sprintf("%s-%d", id, j), id, names[(i+j)%len(names)], fmt.Sprintf("%04d", 1000+100*i+j)))
		}
		f.links = append(f.links, l)
	}
	return f
}

// TestPicturesOfTheCards: no line of a card is drawn beyond the window, whatever the names.
func TestPicturesOfTheCards(t *testing.T) {
	for name, made := range map[string]func() *fake{"full": full, "crowd": crowd, "many": many, "empty": func() *fake { return &fake{providers: []app.Provider{northlight}} }} {
		for _, size := range []fyne.Size{wideSize, narrowSize, fyne.NewSize(1080, 2400)} {
			for _, mode := range []look.Mode{look.Light, look.Dark} {
				if name == "many" && os.Getenv("COFFER_GALLERY") == "" && (mode == look.Dark || size.Height > wideSize.Height) {
					continue // thirty cards take their time
				}
				runIn(t, made(), size, mode, func(r *rig) {
					r.within(size.Width)
					if name == "crowd" {
						r.says("Gemeinschaftskonto Haushalt u… ·· 8801", "SimpleFIN Bridge. Sees your balances and transactions")
					}
					r.keep(fmt.Sprintf("cards-%s-%.0fx%.0f-%s", name, size.Width, size.Height, map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode]))
				})
			}
		}
	}
}
