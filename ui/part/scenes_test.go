package part_test

import (
	"fmt"

	"fyne.io/fyne/v2"

	"coffer/ui/look"
	"coffer/ui/part"
)

func registerColumns() []part.Column {
	return []part.Column{
		{Title: "Date", Width: 52, Sorts: true}, {Title: "Payee", Sorts: true}, {Title: "Category", Width: 112},
		{Title: "Account", Width: 96, Wide: true}, {Title: "Amount", Width: 92, Right: true, Sorts: true},
	}
}

func registerRow(icon string, tint fyne.ThemeColorName, date, payee, category, account, amount string, flow part.Flow) part.RegisterRow {
	ink := look.Text
	second := look.Muted
	if flow == part.Waiting {
		ink, second = look.Pending, look.Pending
	}
	link := second
	if category == "Choose" {
		link = look.Accent
	}
	return part.RegisterRow{Icon: icon, IconTint: tint, Cells: []part.Cell{
		{Text: date, Tint: ink}, {Text: payee, Tint: ink}, {Text: category, Tint: link}, {Text: account, Tint: second}, {Text: amount, Tint: flow.Tint()},
	}}
}

func sampleRows() []part.RegisterRow {
	p := func(date, payee, cat, acc, amount string) part.RegisterRow {
		return registerRow("pending", look.Pending, date, payee, cat, acc, amount, part.Waiting)
	}
	return []part.RegisterRow{
		{Group: true, Label: "Pending", Note: "5 rows, −$187.20 and −€9.80, not in the booked balance"},
		p("22 Nov", "Harbour Bakery", "Eating out", "Everyday", "−$11.40"), p("22 Nov", "City Transit", "Transport", "Everyday", "−$2.90"),
		p("21 Nov", "Corner Fuel", "Car", "Everyday", "−$58.90"), p("21 Nov", "Padaria do Largo", "Eating out", "Azulejo", "−€9.80"), p("20 Nov", "Hotel Aurora, hold", "Travel", "Everyday", "−$114.00"),
		{Group: true, Label: "Booked"},
		registerRow("", "", "20 Nov", "Mercado Verde", "Groceries", "Azulejo", "−€46.32", part.Out),
		registerRow("", "", "20 Nov", "Northlight salary, Nora", "Salary", "Everyday", "+$3,180.00", part.In),
		registerRow("alerts", look.AlertHigh, "20 Nov", "Voltbay Electronics", "Choose", "Card", "−$612.40", part.Out),
		registerRow("alerts", look.AlertHigh, "20 Nov", "QX Services", "Choose", "Card", "−$1.00", part.Out),
		registerRow("", "", "19 Nov", "Green Leaf Grocer", "Groceries", "Everyday", "−$84.17", part.Out),
		registerRow("transfer", "", "18 Nov", "To Tidewater reserve", "Transfer", "Everyday", "−$500.00", part.Out),
		registerRow("transfer", "", "18 Nov", "From Northlight Everyday", "Transfer", "Reserve", "+$500.00", part.In),
		registerRow("", "", "17 Nov", "Dr. Castelo, dentist", "Health", "Azulejo", "−€75.00", part.Out),
		registerRow("", "", "16 Nov", "Paper & Ink", "Household", "Card", "−$23.60", part.Out),
		registerRow("repeat", look.AlertQuiet, "14 Nov", "Lumen Video", "Subscriptions", "Card", "−$17.99", part.Out),
		registerRow("", "", "14 Nov", "Green Leaf Grocer", "Groceries", "Everyday", "−$61.05", part.Out),
		registerRow("alerts", look.AlertQuiet, "13 Nov", "Corner Fuel", "Car", "Everyday", "−$49.10", part.Out),
		registerRow("", "", "12 Nov", "A payee with a name that is much too long for its column, really", "Car", "Everyday", "−$49.10", part.Out),
		registerRow("", "", "12 Nov", "Refund, Paper & Ink", "Household", "Card", "+$12.40", part.In),
		registerRow("", "", "11 Nov", "Água e Luz", "Utilities", "Azulejo", "−€88.14", part.Out),
		registerRow("", "", "11 Nov", "Last one", "Utilities", "Azulejo", "−€88.14", part.Out),
	}
}

func transactionsScene() fyne.CanvasObject {
	search := part.NewEntry(part.EntrySpec{Placeholder: "Payee, note, 412, >100, <-50 coffee", Icon: "search", Hint: "Ctrl F"})
	header := part.NewPlaceHeader(part.HeaderSpec{Title: "Transactions", Sub: "18,402 in 5 accounts", Right: []fyne.CanvasObject{
		part.Sized(330, 0, search), part.NewIconButton("undo", nil), part.NewIconButton("import", nil)}})
	rows := sampleRows()
	reg := part.NewRegister(part.RegisterSpec{Columns: registerColumns(), Len: func() int { return len(rows) },
		Row: func(id int) (part.RegisterRow, bool) { return rows[id], true }})
	reg.SetSort(0, true)
	reg.Select(16)
	chip := func(s part.ChipSpec) fyne.CanvasObject { return part.NewChip(s) }
	chips := part.Inset(part.Edges{Right: 24, Bottom: 12, Left: 24}, part.Row(6, chip(part.ChipSpec{Text: "All accounts", Chevron: true}),
		chip(part.ChipSpec{Text: "November", On: true, OnClose: func() {}}), chip(part.ChipSpec{Text: "Category", Chevron: true}), chip(part.ChipSpec{Text: "Pending 5"}),
		chip(part.ChipSpec{Text: "Needs a look 3"}), chip(part.ChipSpec{Text: "No category 2"}), part.Space(), chip(part.ChipSpec{Text: "Save this view", Icon: "tag", Plain: true})))
	strip := func(text, key string) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Key: key, Rank: part.OnStrip, Height: 26})
	}
	act := func(text, icon string) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Icon: icon, Rank: part.Quiet, Height: 26, Small: true})
	}
	field := func(label string, o fyne.CanvasObject) fyne.CanvasObject {
		return part.Columns(0, []float32{76, 0}, part.NewText(label, part.Style{Role: look.Small, Tint: look.Muted}), o)
	}
	detail := part.NewPanel(look.Surface, 0, part.Pad(16, 18), part.Stack(0,
		part.Row(8, part.Rest(part.NewText("Lumen Video", part.Style{Role: look.Subheading, Bold: true})), part.NewText("−$17.99", part.Style{Role: look.Heading, Tint: look.MoneyOut, Bold: true})),
		part.NewText("Saturday 14 November, Northlight card ·· 4417", part.Style{Tint: look.Muted}),
		part.Inset(part.Pad(12, 0), part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "repeat", Wide: 316, Title: "Up $3.00 from your last 11 charges of $14.99.",
			Line: "Worth a look. Nothing else changed: same card, same day of the month.", Acts: []fyne.CanvasObject{strip("Mine", "M"), strip("Not mine", "N"), strip("Later", "L")}})),
		part.Stack(6, field("Category", part.NewSelect([]string{"Subscriptions", "Groceries"}, 0, nil)), field("Tags", part.NewEntry(part.EntrySpec{Placeholder: "Add a tag", Height: 28})),
			field("Note", part.NewEntry(part.EntrySpec{Placeholder: "Add a note", Height: 28}))),
		part.Gap(1, 10), part.Row(0, act("Split", "split"), act("Attach", "attachment"), act("Mark as transfer", "transfer"), part.Space()), part.Gap(1, 12), part.NewRule(), part.Gap(1, 12),
		part.NewSection("How it got here"), part.Gap(1, 7),
		part.NewHistory(316, part.Happening{What: "Booked", When: "16 November, 06:12", Why: "Matched to the pending row because the bank kept its id, the amount is equal and it came 2 days later."},
			part.Happening{What: "Pending", When: "14 November, 21:40", Why: "First seen as “LUMEN VIDEO 8005550”."}),
		part.Gap(1, 8), part.NewRawFields(316, [2]string{"transactionId", "nl_9f31c0a4e7"}, [2]string{"status", "POSTED"})))
	split := part.Columns(0, []float32{0, 1, 352}, reg, part.NewUpright(), detail)
	return window(1, header, part.Stack(0, chips, part.NewRule(), part.Rest(split)))
}

func charges() part.BarSeries {
	s := part.BarSeries{Band: 14200, Axis: part.Axis{Word: func(v int64) string { return fmt.Sprintf("$%d", v/100) },
		Tags: []part.Tag{{At: 0, Text: "23 Aug"}, {At: 9, Text: "September"}, {At: 33, Text: "October"}, {At: 57, Text: "November"}}},
		Legend: []part.LegendItem{{Text: "Your charges", Tint: look.ChartCharge}, {Text: "95 of 100 are below $142", Tint: look.ChartBand}, {Text: "These two", Tint: look.AlertHigh}}}
	seed := int64(7)
	for range 71 {
		seed = seed * 16807 % 2147483647
		v := seed % 100
		s.Bars = append(s.Bars, part.Bar{Value: 800 + v*v*v/80})
	}
	s.Bars = append(s.Bars, part.Bar{}, part.Bar{Value: 100, Hot: true}, part.Bar{Value: 61240, Hot: true, Label: "$612.40, Friday"})
	return s
}

func alertsScene() fyne.CanvasObject {
	header := part.NewPlaceHeader(part.HeaderSpec{Title: "Alerts", Sub: "1 unusual, 2 worth a look", Ruled: true, Right: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: "Sensitivity: about 2 a month", Icon: "settings"})}})
	head := func(s string) fyne.CanvasObject {
		return part.Inset(part.Edges{Top: 12, Right: 10, Bottom: 5, Left: 10}, part.NewSection(s))
	}
	row := func(icon string, tone part.Tone, payee, kind, amount, when string, on, answered bool) fyne.CanvasObject {
		r := part.NewAlertRow(part.AlertSpec{Icon: icon, Tone: tone, Payee: payee, Kind: kind, Amount: amount, When: when, Flow: part.Out, Strong: on, Answered: answered}, func() {})
		r.SetSelected(on)
		return r
	}
	list := part.Inset(part.Pad(4, 8), part.Stack(0, head("Unusual for you"), row("alerts", part.Grave, "Voltbay Electronics", "Small charge, then a large one", "−$612.40", "Fri 21:47", true, false),
		head("Worth a look"), row("repeat", part.Attention, "Lumen Video", "Price up, $14.99 to $17.99", "−$17.99", "14 Nov", false, false), row("transactions", part.Attention, "Corner Fuel", "Same amount twice in 48 hours", "−$49.10", "13 Nov", false, false),
		head("Answered"), row("check", part.Neutral, "Casa do Mar", "Mine. First time in Spain", "−€214.00", "3 Oct", false, true)))
	button := func(text, icon, key string, rank part.Rank) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Icon: icon, Key: key, Rank: rank, Height: 32})
	}
	detail := part.Inset(part.Pad(18, 28), part.Stack(0, part.NewText("$1.00, then $612.40 in 41 minutes, at two shops you never paid", part.Style{Role: look.Heading, Bold: true}), part.Gap(1, 4),
		part.NewText("Northlight card ·· 4417 · Friday 20 November · QX Services 21:06, Voltbay Electronics 21:47", part.Style{Tint: look.Muted}),
		part.Inset(part.Edges{Top: 14, Bottom: 16}, part.Row(8, button("Mine", "check", "M", part.Normal), button("Not mine", "close", "N", part.Danger), button("Later", "clock", "L", part.Normal), part.Space(), button("Open in transactions", "", "", part.Quiet))),
		part.NewCard(part.Row(0, part.NewText("This charge against your last 90 days on this card", part.Style{Bold: true}), part.Space(), part.NewButton(part.ButtonSpec{Text: "Show as table", Rank: part.Quiet, Small: true, Height: 24})),
			part.Gap(1, 8), part.Sized(0, 196, part.NewBarChart(charges()))),
		part.Gap(1, 18), part.Columns(28, nil, part.Stack(6, part.NewSection("The numbers"), part.NewNumbers(part.Fact{Label: "This charge", Text: "$612.40", Bold: true}, part.Fact{Label: "Your usual charge here", Text: "$38.20"})),
			part.Stack(6, part.NewSection("What would have made this normal"), part.NewNotes(330, part.Note{Icon: "minus", Text: "A shop you had paid before", Tint: look.Text}, part.Note{Icon: "minus", Text: "More than 72 hours after the $1.00 charge, or no $1.00 charge at all", Tint: look.Text})))))
	return window(2, header, part.Columns(0, []float32{319, 1, 0}, list, part.NewUpright(), detail))
}
