package part_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"coffer/ui/look"
	"coffer/ui/part"
)

// The gallery draws scenes from our parts in both modes. COFFER_GALLERY=folder keeps them.
func TestGallery(t *testing.T) {
	scenes := map[string]struct {
		size  fyne.Size
		build func() fyne.CanvasObject
	}{
		"overview":     {fyne.NewSize(1280, 800), overviewScene},
		"transactions": {fyne.NewSize(1280, 800), transactionsScene},
		"alerts":       {fyne.NewSize(1280, 800), alertsScene},
		"banks":        {fyne.NewSize(1280, 800), banksScene},
		"add-bank":     {fyne.NewSize(760, 700), addBankScene},
		"revoked":      {fyne.NewSize(1080, 640), revokedScene},
		"welcome":      {fyne.NewSize(1280, 800), welcomeScene},
		"controls":     {fyne.NewSize(760, 620), controlsScene},
		"narrow":       {fyne.NewSize(800, 560), narrowScene},
	}
	for name, scene := range scenes {
		for _, mode := range []look.Mode{look.Light, look.Dark} {
			t.Run(fmt.Sprint(name, " in mode ", mode), func(t *testing.T) {
				img := picture(t, name, mode, scene.size, scene.build)
				if n := hues(img); n < 40 {
					t.Errorf("only %d colours: something isn't drawn", n)
				}
			})
		}
	}
}

func sidebar(on int, narrow bool) *part.Sidebar {
	place := func(icon, label string) part.Place { return part.Place{Icon: icon, Label: label} }
	s := part.NewSidebar(part.SidebarSpec{
		Name: "Coffer",
		Places: []part.Place{
			place("overview", "Overview"), place("transactions", "Transactions"), place("alerts", "Alerts"),
			place("banks", "Banks"), place("insights", "Insights"), place("privacy", "Privacy"), place("settings", "Settings"),
		},
		Acts:   []part.Place{place("eye-off", "Hide amounts"), place("lock", "Lock")},
		Status: part.Status{Icon: "check-circle", Title: "Up to date", Line: "Read 2 minutes ago"},
	})
	s.SetBadge(2, "1", part.Grave)
	s.SetBadge(3, "1", part.Attention)
	s.Select(on)
	s.SetNarrow(narrow)
	return s
}

func window(on int, header *part.PlaceHeader, body fyne.CanvasObject) fyne.CanvasObject {
	main := part.Stack(0, header, part.Rest(body))
	return part.NewPanel(look.Ground, 0, part.Edges{}, part.Columns(0, []float32{part.SidebarWidth, 0}, sidebar(on, false), main))
}

func worth() []int64 {
	v, seed, out := int64(4100000), int64(23), []int64{}
	for i := range 53 {
		seed = seed * 16807 % 2147483647
		out = append(out, v+int64(i)*50000+seed%110000)
	}
	return out
}

func thousands(v int64) string {
	if v == 0 {
		return "$0"
	}
	return fmt.Sprintf("$%dk", v/100000)
}

func netWorth() part.LineSeries {
	tags := []part.Tag{}
	for i, m := range []string{"Dec", "Feb", "Apr", "Jun", "Aug", "Oct"} {
		tags = append(tags, part.Tag{At: i*9 + 1, Text: m})
	}
	return part.LineSeries{Axis: part.Axis{Word: thousands, Tags: tags}, Points: worth()}
}

func account(icon, name, line, pending, booked, available string, flow part.Flow) *part.AccountRow {
	return part.NewAccountRow(part.AccountSpec{Icon: icon, Name: name, Line: line, Pending: pending, Booked: booked, Available: available, Flow: flow, OnTap: func() {}})
}

func netWorthCard() fyne.CanvasObject {
	chip := func(text string, on bool) fyne.CanvasObject {
		return part.NewChip(part.ChipSpec{Text: text, On: on, Plain: true})
	}
	figure := part.RowBase(10, part.NewFigure("$69,112.95"), part.NewAmount("+$1,204.18", part.In, true), part.NewText("in 30 days", part.Style{Tint: look.Muted}))
	top := part.RowTop(0, part.Stack(3, part.NewSection("Net worth"), figure), part.Space(), part.Row(2, chip("30 days", false), chip("1 year", true), chip("All", false)))
	return part.NewCard(top, part.Gap(1, 6), part.Sized(0, 186, part.NewLineChart(netWorth())),
		part.NewCaption("Euro accounts at 1.0842 dollars, the rate you entered on 1 November.")).Padded(part.Edges{Top: 15, Right: 17, Bottom: 11, Left: 17})
}

func accountGroups() fyne.CanvasObject {
	return part.Stack(0,
		part.NewGroupHead("Everyday", "Booked", "Available"),
		part.NewListCard(account("wallet", "Northlight Everyday", "Read 2 minutes ago · ", "4 pending, −$187.20", "$4,218.66", "$4,031.46", part.Still),
			account("wallet", "Azulejo conta corrente", "Read 2 minutes ago · ", "1 pending, −€9.80", "€2,907.15", "€2,897.35", part.Still)),
		part.NewGroupHead("Savings", "", ""),
		part.NewListCard(account("savings", "Tidewater reserve", "Read 6 hours ago", "", "$38,400.00", "$38,400.00", part.Still),
			account("savings", "Azulejo poupança", "Read 2 minutes ago", "", "€22,650.00", "€22,650.00", part.Still)),
		part.NewGroupHead("Cards", "", ""),
		part.NewListCard(account("card", "Northlight card ·· 4417", "Read 2 minutes ago · limit $9,000.00", "", "−$1,214.77", "$7,785.23", part.Out)))
}

func overviewScene() fyne.CanvasObject {
	header := part.NewPlaceHeader(part.HeaderSpec{Title: "Overview", Sub: "Sunday 22 November",
		Right: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: "Refresh", Icon: "refresh", Key: "R"})}})
	left := part.Stack(0, netWorthCard(), accountGroups())
	section := func(text string, top float32) fyne.CanvasObject {
		return part.Inset(part.Edges{Top: top, Right: 2, Bottom: 6, Left: 2}, part.NewSection(text))
	}
	line := func(text, caption, amount string, tint fyne.ThemeColorName, flow part.Flow) fyne.CanvasObject {
		return part.NewLineRow(part.LineSpec{Text: text, Caption: caption, Amount: amount, Tint: tint, Flow: flow})
	}
	list := func(rows ...fyne.CanvasObject) fyne.CanvasObject { return part.NewCard(rows...).Padded(part.Pad(5, 1)) }
	right := part.Stack(0, section("Needs a look", 2),
		part.NewListCard(
			part.NewLookRow(part.LookSpec{Icon: "alerts", Tone: part.Grave, Title: "$1.00, then $612.40 at shops you never paid", Line: "Northlight card, Friday evening.", Act: "Review", Strong: true}, 372),
			part.NewLookRow(part.LookSpec{Icon: "calendar", Tone: part.Attention, Title: "Banco Azulejo link ends in 9 days", Line: "On 1 December.", Act: "Renew", Strong: true}, 372),
			part.NewLookRow(part.LookSpec{Icon: "repeat", Title: "Lumen Video went up, $14.99 to $17.99", Line: "Since 14 November.", Act: "See charges"}, 372)),
		section("November so far", 16),
		part.NewCard(part.NewMonthBars(part.MonthBarsSpec{InLabel: "In", OutLabel: "Out", In: 637240, Out: 473582, InWord: "+$6,372.40", OutWord: "−$4,735.82", Note: "Usual by the 22nd: out $4,510"})).Padded(part.Pad(12, 14)),
		section("Latest", 16),
		list(line("Harbour Bakery", "pending", "−$11.40", look.Pending, part.Waiting), line("City Transit", "pending", "−$2.90", look.Pending, part.Waiting),
			line("Mercado Verde", "", "−€46.32", "", part.Out), line("Northlight salary, Nora", "", "+$3,180.00", "", part.In), line("Green Leaf Grocer", "", "−$84.17", "", part.Out)),
		section("Next 14 days", 16),
		list(line("Rent, Alder Street 12", "1 Dec", "−$1,850.00", "", part.Aside), line("Cloud Shelf, storage", "2 Dec", "−$9.99", "", part.Aside), line("Salary, Nora", "4 Dec", "+$3,180.00", "", part.Aside)))
	return window(0, header, part.Inset(part.Edges{Right: 24, Bottom: 20, Left: 24}, part.Columns(20, []float32{0, 372}, left, right)))
}

func narrowScene() fyne.CanvasObject {
	header := part.NewPlaceHeader(part.HeaderSpec{Title: "Overview", Sub: "Sunday 22 November",
		Right: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: "Refresh", Icon: "refresh", Key: "R"})}})
	header.SetNarrow(true)
	card := part.NewCard(part.NewSection("Net worth"), part.NewFigure("$69,112.95"), part.Sized(0, 70, part.NewLineChart(netWorth())))
	main := part.Stack(0, header, part.Inset(part.Pad(0, 16), part.Stack(0, card, accountGroups())), part.Space())
	return part.NewPanel(look.Ground, 0, part.Edges{}, part.Columns(0, []float32{part.RailWidth, 0}, sidebar(0, true), main))
}
