package alert_test

import (
	"strconv"
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

func TestCardTest(t *testing.T) {
	hold(t, "card-test", map[string]madeCase{
		"a tiny charge, then a large one elsewhere": {rows: life().made("4 -1.00 Zap Media #at=10:00 #chan=online", "3 -640 Volt Store #at=09:00 #chan=online"), want: loud},
		"then a large one at the same":              {rows: life().made("4 -1.00 Zap Media #chan=online", "3 -640 Zap Media #chan=online"), want: loud},
		"where no channel is told":                  {rows: life().made("4 -1.00 Zap Media", "3 -640 Volt Store"), want: loud},
		"given back and then followed":              {rows: life().made("4 -1.00 Zap Media", "4 1.00 Zap Media", "3 -640 Volt Store"), want: loud},
		"once, though more follows":                 {rows: life().made("4 -1.00 Zap Media", "3 -640 Volt Store", "3 -520 Amp Store", "2 -640 Ohm Store"), want: loud},
		"three tiny ones at two new merchants":      {rows: life().made("3 -1.00 Zap Media #at=10:00", "3 -1.50 Fizz #at=11:00", "3 -0.50 Fizz #at=12:00"), want: loud},
		"without a scale, above five hundred":       {rows: made("4 -1.00 Zap Media", "3 -640 Volt Store"), want: loud},
		"in yen":                                    {rows: made("4 -100/JPY Zap Media", "3 -64000/JPY Volt Store"), want: loud},
		"not where tiny ones are usual":             {rows: life().made("90 -1 App One", "60 -2 App Two", "30 -1 App Three", "4 -1.00 Zap Media", "3 -64 Volt Store")},
		"but above all of them":                     {rows: life().made("90 -1 App One", "60 -2 App Two", "30 -1 App Three", "4 -1.00 Zap Media", "3 -1640 Volt Store"), want: loud},
		"not below it":                              {rows: made("4 -1.00 Zap Media", "3 -440 Volt Store")},
		"not 73 hours later":                        {rows: life().made("5 -1.00 Zap Media #at=10:00", "2 -640 Volt Store #at=11:00")},
		"not by a chip":                             {rows: life().made("4 -1.00 Kiosk #chan=card", "3 -640 Volt Store #chan=online")},
		"nor where the large one is by chip":        {rows: life().made("4 -1.00 Zap Media", "3 -640 Volt Store #chan=card")},
		"not a usual amount":                        {rows: life().made("4 -1.00 Zap Media", "3 -14 Volt Store")},
		"not at a merchant that was there":          {rows: life().made("99 -640 Volt Store", "4 -1.00 Zap Media", "3 -640 Volt Store")},
		"not after one at a known merchant":         {rows: life().made("99 -1.00 Zap Media", "4 -1.00 Zap Media", "3 -640 Volt Store")},
		"not on another account":                    {rows: life().made("4 -1.00 Zap Media", "3 -640 Volt Store #in=b")},
		"not three that were given back in time":    {rows: life().made("3 -1.00 Zap Media #at=10:00", "3 1.00 Zap Media #at=10:10", "3 -1.50 Fizz #at=11:00", "3 -0.50 Fizz #at=12:00")},
		"not three at one merchant":                 {rows: life().made("3 -1.00 Fizz #at=10:00", "3 -1.50 Fizz #at=11:00", "3 -0.50 Fizz #at=12:00")},
	})
}

func TestRush(t *testing.T) {
	burst := []string{
		"3 -60 Alpha #at=10:00 #cat=shopping", "3 -70 Beta #at=10:20 #cat=leisure", "3 -80 Gamma #at=10:40 #cat=health", "3 -90 Delta #at=11:00 #cat=car",
		"3 -60 Epsilon #at=11:20 #cat=household", "3 -70 Zeta #at=11:40 #cat=travel",
	}
	trip := &alert.Watchlist{Trips: []alert.Trip{{From: today.AddDays(-5), To: today}}}
	usualBurst := life().made("100 -5 Fair A #cat=leisure", "100 -6 Fair B #cat=leisure", "100 -5 Fair C #cat=leisure", "100 -5 Fair D #cat=leisure", "100 -5 Fair E #cat=leisure")
	hold(t, "rush", map[string]madeCase{
		"many at once, told once":                      {rows: life().made(burst...), want: quiet},
		"very many at once":                            {rows: life().made("3 -95 Eta #at=09:55", "3 -95 Theta #at=09:50", "3 -99 Iota #at=09:45", "3 -99 Kappa #at=09:40").made(burst...), want: []string{"quiet"}},
		"not as on other days":                         {rows: life().made("3 -9 Bean #at=12:00", "3 -60 Green Grocer #at=17:00")},
		"not on a trip that was told":                  {rows: life().made(burst...), watch: trip},
		"not in the first fortnight":                   {rows: made("13 -5 Bean").made(burst...)},
		"only the first where a kind comes so densely": {rows: usualBurst.made("3 -5 Fair A #cat=leisure", "3 -6 Fair F #cat=leisure", "3 -5 Fair C #cat=leisure", "3 -5 Fair G #cat=leisure", "3 -5 Fair H #cat=leisure"), want: quiet},
		"only the first where a day had more before":   {rows: life().made("50 -5 A", "50 -6 B", "50 -5 C", "50 -5 D", "50 -5 E", "50 -5 F", "50 -5 G", "50 -5 H", "50 -5 I", "50 -5 J").made(burst...), want: quiet},
		"not small ones at one known counter":          {rows: life().made("3 -1 Bean", "3 -1 Bean", "3 -1 Bean", "3 -1 Bean", "3 -1 Bean", "3 -1 Bean")},
	})
}

func TestFirstKinds(t *testing.T) {
	trip := &alert.Watchlist{Trips: []alert.Trip{{From: today.AddDays(-5), To: today}}}
	hold(t, "first-kinds", map[string]madeCase{
		"two kinds never used, three usual days": {rows: life().made("4 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel"), want: loud},
		"two of one new kind":                    {rows: life().made("4 -90 Ring Shop #cat=shopping", "3 -70 Gem Shop #cat=shopping"), want: loud},
		"by merchant category codes":             {rows: life().made("4 -90 Ring Shop #mcc=5944", "3 -70 Sky Line #mcc=4511"), want: loud},
		"once for a burst":                       {rows: life().made("4 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel", "3 -70 Pump #cat=car", "2 -70 Spa #cat=health"), want: loud},
		"not one":                                {rows: life().made("4 -290 Ring Shop #cat=shopping")},
		"not a kind that was used":               {rows: life().made("99 -9 Pump #cat=car", "4 -90 Pump #cat=car", "3 -70 Sky Line #cat=travel")},
		"not where new kinds are usual":          {rows: life().made("120 -9 Pump #cat=car", "60 -9 Spa #cat=health", "4 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel")},
		"not four days apart":                    {rows: life().made("7 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel")},
		"not little":                             {rows: life().made("4 -9 Ring Shop #cat=shopping", "3 -7 Sky Line #cat=travel")},
		"not in the first ninety days":           {rows: made().each(2, 80, 6, "-9 Bean #cat=eating-out").made("4 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel")},
		"not on a trip that was told":            {rows: life().made("4 -90 Ring Shop #cat=shopping", "3 -70 Sky Line #cat=travel"), watch: trip},
		"not where kinds are not told":           {rows: life().made("4 -90 Ring Shop", "3 -70 Sky Line")},
	})
}

func TestNewCountry(t *testing.T) {
	there := "4 -30 Taverna #chan=card #cc=GR"
	hold(t, "new-country", map[string]madeCase{
		"the card in a new country":             {rows: life().made(there), want: loud},
		"once for each country":                 {rows: life().made(there, "3 -40 Taverna #chan=card #cc=GR", "2 -9 Ouzeri #chan=card #cc=GR"), want: loud},
		"another country of the trip is quiet":  {rows: life().made(there, "3 -40 Lokanta #chan=card #cc=TR"), want: []string{"loud", "quiet"}},
		"cash there":                            {rows: life().made("4 -100 Cash #chan=cash #cc=GR"), want: loud},
		"quiet where no channel is told":        {rows: life().made("4 -30 Taverna #cc=GR"), want: quiet},
		"again after more than a year":          {rows: made("420 -30 Taverna #chan=card #cc=GR").made(*texts(life())...).made(there), want: loud},
		"not online":                            {rows: life().made("4 -30 Taverna #chan=online #cc=GR")},
		"not at home":                           {rows: life().made("4 -30 Pub #chan=card #cc=GB")},
		"not where another card is in use":      {rows: life().made("6 -30 Bakery #chan=card #cc=GR #in=b", there)},
		"not on a trip that was told":           {rows: life().made(there), watch: trip("GR")},
		"but on a trip elsewhere":               {rows: life().made(there), watch: trip("FR"), want: loud},
		"only the first in a year":              {rows: life().made("200 -30 Taverna #chan=card #cc=GR", there), want: loud},
		"not in the first month":                {rows: made().each(1, 20, 6, "-9 Bean #chan=card #cc=GB").made(there)},
		"not where countries were not told yet": {rows: made().each(1, 90, 6, "-9 Bean #chan=card").made(there)},
		"not a refund":                          {rows: life().made("4 30 Taverna #chan=card #cc=GR")},
	})
}

func trip(countries ...string) *alert.Watchlist {
	return &alert.Watchlist{Trips: []alert.Trip{{From: today.AddDays(-5), To: today, Countries: countries}}}
}

// texts is what made rows of a diary can be written from again.
func texts(d *diary) *[]string {
	var all []string
	for _, t := range *d {
		text := ledgerText(t)
		all = append(all, text)
	}
	return &all
}

func ledgerText(t ledger.Transaction) string {
	text := strconv.Itoa(int(today-t.Date)) + " " + t.Amount.Decimal() + " " + t.Payee
	if t.Channel == ledger.CardPresent {
		text += " #chan=card"
	}
	if t.Country != "" {
		text += " #cc=" + t.Country
	}
	return text
}

func TestImpossibleJourney(t *testing.T) {
	london := "4 -30 Pub #at=10:00 #chan=card #cc=GB"
	hold(t, "impossible-journey", map[string]madeCase{
		"London, and New York an hour later": {rows: made(london, "4 -40 Diner #at=11:00 #chan=card #cc=US"), want: loud},
		"cash there":                         {rows: made(london, "4 -40 Cash #at=12:00 #chan=cash #cc=AU"), want: loud},
		"told once, while it stays there":    {rows: made(london, "4 -40 Diner #at=11:00 #chan=card #cc=US", "4 -9 Deli #at=11:30 #chan=card #cc=US"), want: loud},
		"not after a flight":                 {rows: made(london, "4 -40 Diner #at=22:00 #chan=card #cc=US")},
		"not next door":                      {rows: made(london, "4 -40 Bistro #at=10:30 #chan=card #cc=FR")},
		"not online":                         {rows: made(london, "4 -40 Diner #at=11:00 #chan=online #cc=US")},
		"not without an hour":                {rows: made(london, "4 -40 Diner #chan=card #cc=US")},
		"not on another account":             {rows: made(london, "4 -40 Diner #at=11:00 #chan=card #cc=US #in=b")},
		"not to a country nobody knows":      {rows: made(london, "4 -40 Diner #at=11:00 #chan=card #cc=ZZ")},
	})
}
