package part_test

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
	"coffer/ui/part"
)

func bankCard(name, pill string, tone part.Tone, edge fyne.ThemeColorName, hops []part.Hop, note string) fyne.CanvasObject {
	rank := part.Normal
	if tone == part.Attention {
		rank = part.Main
	}
	return part.NewCard(part.Row(8, part.NewText(name, part.Style{Role: look.Subheading, Bold: true}), part.NewPill(pill, tone), part.Space(), part.NewCaption("Read 2 minutes ago")),
		part.Gap(1, 10), part.NewPathStrip(note, hops...), part.Gap(1, 10),
		part.NewFacts(96, 474, part.Fact{Label: "Can read", Text: "Balances and transactions"}, part.Fact{Label: "Can’t", Text: "Move money or see your password"},
			part.Fact{Label: "Expires", Text: "Tuesday 1 December 2026", Tint: look.AlertQuiet, Bold: true},
			part.Fact{Label: "Calls left", Value: part.Row(10, part.NewCells(3, 4), part.NewText("3 of 4 today", part.Style{Role: look.Small}))},
			part.Fact{Label: "Calls left", Value: part.Row(10, part.NewCells(23, 24), part.NewText("23 of 24 today", part.Style{Role: look.Small}))}),
		part.Gap(1, 12), part.NewRule(), part.Gap(1, 12),
		part.Row(6, part.NewButton(part.ButtonSpec{Text: "Renew", Rank: rank}), part.NewButton(part.ButtonSpec{Text: "Refresh"}), part.Space(), part.NewButton(part.ButtonSpec{Text: "Revoke", Icon: "revoke", Rank: part.QuietDanger}))).Edged(edge)
}

func banksScene() fyne.CanvasObject {
	header := part.NewPlaceHeader(part.HeaderSpec{Title: "Banks", Sub: "3 links, 5 accounts", Right: []fyne.CanvasObject{
		part.NewButton(part.ButtonSpec{Text: "Refresh all", Icon: "refresh", Key: "R"}), part.NewButton(part.ButtonSpec{Text: "Add a bank", Icon: "plus", Rank: part.Main})}})
	bank, here := part.Hop{Icon: "banks", Name: "Banco Azulejo"}, part.Hop{Icon: "computer", Name: "This computer", Here: true}
	bridge := part.Hop{Icon: "bridge", Name: "A bridge you pay", Bridge: true}
	cards := part.Columns(16, nil,
		part.Stack(16, bankCard("Banco Azulejo", "Ends in 9 days", part.Attention, look.AlertQuiet, []part.Hop{bank, here}, "Nobody between"),
			bankCard("Tidewater Savings", "Quiet for 6 hours", part.Neutral, look.Separator, []part.Hop{{Icon: "banks", Name: "Tidewater"}, bridge, here}, "")),
		part.Stack(16, bankCard("Northlight Bank", "Healthy", part.Good, look.Separator, []part.Hop{bank, here}, "Nobody between")))
	return window(3, header, part.Inset(part.Edges{Right: 24, Bottom: 20, Left: 24}, cards))
}

func addBankScene() fyne.CanvasObject {
	diagram := part.NewPathDiagram([]string{"balances, transactions", "the same, read-only"},
		part.Hop{Icon: "banks", Name: "Your bank", Sees: "Sees what it always sees, and that the bridge asks"},
		part.Hop{Icon: "bridge", Name: "The bridge", Sees: "Sees your balances and transactions, and holds your bank sign-in", Bridge: true},
		part.Hop{Icon: "computer", Name: "This computer", Sees: "Keeps everything sealed. No server of ours exists", Here: true})
	wrong := part.NewEntry(part.EntrySpec{Placeholder: "Setup token from the bridge", Icon: "key"})
	wrong.SetWrong(true)
	return part.NewPanel(look.Ground, 0, part.Pad(18, 28), part.Stack(8, part.NewText("Simple bridge", part.Style{Role: look.Heading, Bold: true}),
		part.NewText("One company signs in to your bank for you and hands Coffer a read-only copy.", part.Style{Tint: look.Muted}), part.NewSection("Who sees your data on the way"),
		part.NewCard(part.Gap(1, 8), diagram), part.Gap(1, 8),
		part.NewLargeFacts(156, 700, part.Fact{Label: "What it costs", Text: "$15 a year, paid to the bridge. Nothing to us"}, part.Fact{Label: "What you need", Text: "An account at the bridge, and the setup token that it gives you"},
			part.Fact{Label: "How you take it back", Text: "Revoke here: Coffer asks the bridge, then checks that the old token is refused. Then remove the bank at the bridge too, because it keeps its own copy"}),
		part.NewPathStrip("Nobody between, where the bank allows it", part.Hop{Icon: "banks", Name: "Your bank"}, part.Hop{Icon: "computer", Name: "This computer", Here: true}),
		part.Row(8, part.Rest(wrong), part.NewButton(part.ButtonSpec{Text: "Get one in the browser", Icon: "browser"}), part.NewButton(part.ButtonSpec{Text: "Link", Rank: part.Main}), part.NewButton(part.ButtonSpec{Text: "Cancel", Key: "Esc"})),
		part.NewErrorLine("This is no setup token: it has 12 characters, a token has 80 or more")))
}

func revokedScene() fyne.CanvasObject {
	proof := func(state part.Proof, what, how, when, icon string) *part.ProofRow {
		return part.NewProofRow(part.ProofSpec{State: state, What: what, How: how, When: when, Icon: icon})
	}
	left := part.Stack(0, part.Inset(part.Edges{Top: 10, Bottom: 18}, part.Row(16, part.NewDisc("check", part.Good, 48, 26),
		part.Stack(0, part.NewText("Revoked, and proved", part.Style{Role: look.TitleLarge, Bold: true}), part.NewText("Old Harbour said yes, and the old keys no longer work. It took 2.4 seconds.", part.Style{Tint: look.Muted})))),
		part.NewProofCard(proof(part.Proved, "The bank answered: consent ended", "DELETE consent, answer 204", "10:21:07", ""), proof(part.Proved, "Both tokens handed back", "Refresh token first, then access token: 200, 200", "10:21:08", ""),
			proof(part.Failed, "The old access token is refused", "We tried to read the balance with it: 200", "10:21:08", ""), proof(part.Runs, "The old refresh token is refused", "We try to get a new token with it", "", ""),
			proof(part.Waits, "Both tokens shredded on this computer", "After that", "", ""), proof(part.Proved, "Both tokens shredded on this computer", "No backup holds them; an old copy of the folder may, and the bank refuses them now", "10:21:09", "shred")))
	fact := func(l, v string) part.Fact { return part.Fact{Label: l, Text: v} }
	right := part.Stack(8, part.Gap(1, 4), part.NewSection("Receipt"), part.NewReceipt(part.ReceiptSpec{Title: "Revocation receipt",
		Facts: []part.Fact{fact("bank", "Old Harbour CU"), fact("accounts", "·· 5530"), fact("granted", "2026-03-12"), fact("revoked", "2026-08-08 10:21:09"), fact("consent", "204 no content")},
		Hash:  [][2]string{{"follows ledger row 611", "9f2c 41d7 0be8 77a3 5c10 e6f4"}, {"this receipt, row 612", "c4a1 882e 3d09 f1b6 60d2 9ae5"}}}),
		part.Row(8, part.NewButton(part.ButtonSpec{Text: "Save PDF", Icon: "document", Rank: part.Main}), part.NewButton(part.ButtonSpec{Text: "Verify chain"}), part.Space(), part.NewButton(part.ButtonSpec{Text: "Done", Key: "Esc"})))
	return part.NewPanel(look.Ground, 0, part.Pad(0, 24), part.Columns(36, []float32{0, 380}, left, right))
}

func welcomeScene() fyne.CanvasObject {
	groups := []fyne.CanvasObject{}
	for i, text := range []string{"7QK4", "M2XR", "9DTA", "HW63", "V8PN", "4CZJ", "", ""} {
		g := part.NewCodeGroup(part.CodeSpec{Label: "Group " + string(rune('1'+i))})
		g.SetText(text)
		if text != "" {
			g.SetMark(part.Right)
		}
		if i == 4 {
			g.SetMark(part.Wrong)
		}
		groups = append(groups, g)
	}
	cont := part.NewButton(part.ButtonSpec{Text: "Continue", Rank: part.Main})
	cont.Disable()
	muted := part.Style{Tint: look.Muted}
	left := part.NewPanel(look.Sidebar, 0, part.Edges{Top: 40, Right: 36, Bottom: 28, Left: 36}, part.Stack(0, part.Row(0, part.NewPicture("app", look.Text, 60)), part.Gap(1, 18),
		part.NewText("Welcome to Coffer", part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(1, 6), part.NewPara("Your money, on your computer. No account, no server, nothing to sign up for.", muted, 248), part.Gap(1, 30),
		part.NewSteps(2, part.Step{Title: "Choose how to lock", Line: "Passphrase and this computer’s keyring"}, part.Step{Title: "Write down the recovery key", Line: "On paper, 32 letters and digits"},
			part.Step{Title: "Type it back", Line: "So that you know it’s right"}, part.Step{Title: "Start", Line: "Link a bank, import a statement, or try the demo"}),
		part.Space(), part.Row(8, part.NewPicture("offline", look.Muted, 16), part.NewCaption("0 bytes sent so far"))))
	right := part.Stack(0, part.Gap(1, 104), part.NewText("Type your recovery key back", part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(1, 6),
		part.NewPara("If you forget the passphrase and this computer breaks, a backup and this key bring everything back. Nobody else has a copy, so nobody else can help.", muted, 538), part.Gap(1, 30),
		part.Row(14, groups[:4]...), part.Gap(1, 12), part.Row(14, groups[4:]...), part.Gap(1, 16), part.NewErrorLine("Group 5 doesn’t match your key. Look at your paper once more."), part.Gap(1, 28),
		part.Row(8, cont, part.NewButton(part.ButtonSpec{Text: "Show the key again", Rank: part.Quiet}), part.Space(), part.NewCaption("5 of 8 groups right")), part.Gap(1, 14), part.NewProgress(5, 8), part.Gap(1, 34), part.NewRule(), part.Gap(1, 16),
		part.NewNotes(538, part.Note{Icon: "document", Text: "Keep the paper where you keep your passport, not in a photo."}, part.Note{Icon: "key", Text: "Capitals don’t matter. O counts as 0, and I and L count as 1."}))
	return part.NewPanel(look.Ground, 0, part.Edges{}, part.Columns(0, []float32{320, 1, 96, 538, 0}, left, part.NewUpright(), part.Gap(1, 1), right, part.Gap(1, 1)))
}

func controlsScene() fyne.CanvasObject {
	button := func(text string, rank part.Rank) *part.Button {
		return part.NewButton(part.ButtonSpec{Text: text, Rank: rank, Icon: "check", Key: "K"})
	}
	ranks := part.Row(8, button("Normal", part.Normal), button("Main", part.Main), button("Quiet", part.Quiet), button("Danger", part.Danger), button("Quiet danger", part.QuietDanger))
	off := button("Normal", part.Normal)
	off.Disable()
	ringed, mainRinged := button("Focused", part.Normal), button("Focused", part.Main)
	ringed.FocusGained()
	mainRinged.FocusGained()
	entry := part.NewEntry(part.EntrySpec{Placeholder: "Passphrase", Password: true, Height: 36})
	entry.SetText("secret!")
	undo := part.NewUndoBar("Undo")
	undo.Offer("3 rows moved to Groceries.", func() {})
	forecast := part.NewLineChart(part.LineSeries{Steps: true, Ahead: 20, Points: steps(), Band: bands(), Mark: &part.Tag{At: 30, Text: "$1,912"}, Events: []part.Tag{{At: 24, Text: "Rent"}},
		Axis: part.Axis{Word: thousands, Tags: []part.Tag{{At: 0, Text: "1 Nov"}, {At: 20, Text: "22 Nov"}}}})
	return part.NewPanel(look.Ground, 0, part.Pad(16, 24), part.Stack(14, ranks, part.Row(8, off, ringed, mainRinged),
		part.Row(8, part.NewPill("Healthy", part.Good), part.NewPill("Ends in 9 days", part.Attention), part.NewPill("Charged after you cancelled", part.Grave), part.NewPill("Linked", part.Neutral), part.NewBadge("1", part.Grave), part.NewBadge("12", part.Attention)),
		part.Row(8, part.Sized(278, 0, entry), part.NewButton(part.ButtonSpec{Text: "Open", Rank: part.Main, Height: 36}), part.NewSelect([]string{"31-12-2026", "12/31/2026"}, 0, nil)),
		part.NewProgressLine("Reading Azulejo, 240 of 900", part.NewProgress(240, 900)), part.NewCard(part.Sized(0, 180, forecast)), undo,
		part.Rest(part.NewEmptyState(part.EmptySpec{Icon: "wallet", Title: "Nothing here yet", Line: "Link a bank, import a statement, or try the demo.", Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: "Link a bank", Rank: part.Main}), part.NewButton(part.ButtonSpec{Text: "Try the demo"})}}))))
}

func steps() []int64 {
	out := []int64{}
	for i := range 40 {
		out = append(out, 500000-int64(i%20)*12000-int64(i/20)*40000)
	}
	return out
}

func bands() []part.Range {
	out := []part.Range{}
	for i, v := range steps() {
		out = append(out, part.Range{Low: v - int64(i)*2000, High: v + int64(i)*2000})
	}
	return out
}
