package alert_test

import (
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

func TestCardTestsAreTold(t *testing.T) {
	judged(t, "card-test", scenes{
		"a small one, then a large one elsewhere":   {calm().row("5 -1 Pebble App | online 10:00", "4 -480 Camera World | online 10:00"), "loud"},
		"at the same merchant":                      {calm().row("5 -1 Pebble App | online 10:00", "4 -480 Pebble App | online 10:00"), "loud"},
		"exactly three, 72 hours before":            {calm().row("6 -3 Pebble App | online 10:00", "3 -480 Camera World | online 10:00"), "loud"},
		"given back, but followed":                  {calm().row("5 -1 Pebble App | online 10:00", "5 1 Pebble App | online 11:00", "4 -480 Camera World | online"), "loud"},
		"three small ones at two merchants":         {calm().row("5 -1 Pebble App | online 10:00", "5 -1.50 Pebble App | online 10:30", "5 -2 Hill App | online 11:00"), "loud"},
		"on a large one more it tells once":         {calm().row("5 -1 Pebble App | online", "4 -480 Camera World | online", "4 -490 Lens World | online"), "loud"},
		"a trusted merchant silences it not":        {calm().row("5 -1 Pebble App | online", "4 -480 Camera World | online").ahead(alert.WatchedMerchant{ID: "1", Merchant: "camera world"}), "loud"},
		"not 73 hours after":                        {calm().row("6 -1 Pebble App | online 10:00", "3 -480 Camera World | online 11:01"), ""},
		"not from three and a cent":                 {calm().repeat(9, 180, 20, "-3.01 Kiosk | chip DE").row("5 -3.01 Pebble App | online", "4 -480 Camera World | online"), ""},
		"not at a known merchant":                   {calm().row("60 -1 Pebble App | online", "5 -1 Pebble App | online", "4 -480 Camera World | online"), ""},
		"not a large one where the person was":      {calm().row("60 -50 Camera World | online", "5 -1 Pebble App | online", "4 -480 Camera World | online"), ""},
		"not a usual size":                          {calm().row("5 -1 Pebble App | online", "4 -11 Camera World | online"), ""},
		"not with a chip":                           {calm().row("5 -1 Pebble Kiosk | chip DE", "4 -480 Camera World | online"), ""},
		"not on another account":                    {calm().row("5 -1 Pebble App | online acct:b", "4 -480 Camera World | online"), ""},
		"not given back and followed by none":       {calm().row("5 -1 Pebble App | online 10:00", "5 1 Pebble App | online 11:00"), ""},
		"not two of three given back":               {calm().row("5 -1 Pebble App | online 10:00", "5 1 Pebble App | online 10:10", "5 -2 Hill App | online 11:00", "5 -2 Dale App | online 12:00"), ""},
		"not two small ones":                        {calm().row("5 -1 Pebble App | online", "5 -2 Hill App | online"), ""},
		"not three at one merchant":                 {calm().row("5 -1 Pebble App | online", "5 -1.50 Pebble App | online", "5 -2 Pebble App | online"), ""},
		"not own transfers":                         {calm().row("5 -1 Pebble App | cat:transfer", "4 -480 Camera World | cat:transfer"), ""},
		"not three small ones within two days":      {calm().row("6 -1 Pebble App | online 10:00", "5 -1 Hill App | online 11:00", "5 -1 Dale App | online 12:00"), ""},
		"in yen, by yen":                            {new(scene).repeat(3, 200, 20, "-1500/JPY Green Grocer").row("5 -300/JPY Pebble App | online", "4 -48000/JPY Camera World | online"), "loud"},
		"not in yen above three hundred":            {new(scene).repeat(3, 200, 20, "-1500/JPY Green Grocer").row("5 -301/JPY Pebble App | online", "4 -48000/JPY Camera World | online"), ""},
		"below the lowest of a hundred own charges": {new(scene).repeat(1, 200, 20, "-900 Big Shop").row("5 -40 Pebble App | online", "4 -4800 Camera World | online"), "loud"},
	})
}

func TestRushesAreTold(t *testing.T) {
	shops := func(s *scene, n int, more string) *scene {
		for i := range n {
			s.row("5 -60 Shop " + string(rune('A'+i)) + " | " + more)
		}
		return s
	}
	germany := alert.Trip{ID: "1", From: today.AddDays(-6), To: today, Countries: nil}
	judged(t, "rush", scenes{
		"four shops in one hour":      {shops(calm(), 4, "online 10:00"), "loud"},
		"seven at hours nobody knows": {shops(calm(), 7, "chip"), "quiet"},
		"not on a trip":               {shops(calm(), 9, "chip 10:00").ahead(germany), ""},
		"not own transfers":           {shops(calm(), 9, "cat:transfer"), ""},
		"not three in a day":          {shops(calm(), 3, "chip"), ""},
		"not denser than before":      {shops(calm().row("100 -9 A", "100 -9 B", "100 -9 C", "100 -9 D", "100 -9 E", "100 -9 F", "100 -9 G"), 6, "chip"), "quiet"},
		"not in the first two weeks":  {shops(new(scene).repeat(1, 12, 6, "-9 Bean"), 9, "chip 10:00"), ""},
	})
}

func TestKindsNeverUsedAreTold(t *testing.T) {
	burst := func(s *scene) *scene {
		return s.row("5 -300 Gem House | cat:leisure 10:00 online", "4 -280 Sky Agency | cat:travel 10:00 online")
	}
	short := new(scene).repeat(2, 80, 10, "-20 Bean | cat:eating-out chip")
	judged(t, "first-kinds", scenes{
		"two new kinds in three days": {burst(calm()), "loud"},
		"one new kind twice":          {calm().row("5 -300 Gem House | cat:leisure", "4 -280 Gold House | cat:leisure"), "loud"},
		"a third joins no alert more": {burst(calm()).row("3 -500 Art Hall | cat:shopping"), "loud"},
		"by merchant category codes":  {codes(calm().row("5 -300 Gem House", "4 -280 Sky Agency"), "5944", "4722"), "loud"},
		"not on a trip":               {burst(calm()).ahead(alert.Trip{ID: "1", From: today.AddDays(-10), To: today}), ""},
		"not with 80 days of history": {burst(short), ""},
		"not one alone":               {calm().row("5 -900 Gem House | cat:leisure"), ""},
		"not 73 hours apart":          {calm().row("6 -300 Gem House | cat:leisure 10:00", "3 -280 Sky Agency | cat:travel 11:01"), ""},
		"not kinds used before":       {burst(calm().row("90 -5 Cinema | cat:leisure", "80 -5 Tram Tours | cat:travel")), ""},
		"not small ones":              {calm().row("5 -15 Gem House | cat:leisure", "4 -12 Sky Agency | cat:travel"), ""},
		"not where no kind is told":   {calm().row("5 -300 Gem House", "4 -280 Sky Agency"), ""},
		"not own transfers":           {calm().row("5 -300 Gem House | cat:transfer", "4 -280 Sky Agency | cat:transfer"), ""},
	})
}

// codes gives the last rows merchant category codes.
func codes(s *scene, all ...string) *scene {
	for i, c := range all {
		s.rows[len(s.rows)-len(all)+i].MCC = c
	}
	return s
}

func TestNewCountriesAreTold(t *testing.T) {
	away := func(s *scene) *scene { return s.row("5 -30 Café Rivage | chip FR 10:00") }
	trip := func(countries ...string) alert.Trip {
		return alert.Trip{ID: "1", From: today.AddDays(-6), To: today, Countries: countries}
	}
	judged(t, "new-country", scenes{
		"the card was there":                   {away(calm()), "loud"},
		"cash there":                           {calm().row("5 -30 Banque | atm FR"), "loud"},
		"how is not told":                      {calm().row("5 -30 Café Rivage | FR"), "quiet"},
		"the next country is quiet":            {away(calm()).row("3 -30 Cantina | chip ES"), "loud quiet"},
		"the same tells once":                  {away(calm()).row("3 -30 Bistro | chip FR"), "loud"},
		"a trip elsewhere":                     {away(calm().ahead(trip("IT"))), "loud"},
		"more than a year ago":                 {away(new(scene).row("400 -9 Bistro | chip FR").repeat(3, 399, 8, "-20 Bean | chip DE")), "loud"},
		"another card there eight days before": {away(calm().row("13 -9 Bistro | chip FR acct:b")), "loud"},
		"not on a trip there":                  {away(calm().ahead(trip("FR"))), ""},
		"not on a trip anywhere":               {away(calm().ahead(trip())), ""},
		"not online":                           {calm().row("5 -30 Café Rivage | online FR"), ""},
		"not with another card there lately":   {away(calm().row("12 -9 Bistro | chip FR acct:b")), ""},
		"not within a year":                    {away(new(scene).row("360 -9 Bistro | chip FR").repeat(3, 359, 8, "-20 Bean | chip DE")), ""},
		"not with a month of history":          {away(new(scene).repeat(1, 30, 8, "-20 Bean | chip DE")), ""},
		"not money in":                         {calm().row("5 30 Café Rivage | chip FR"), ""},
		"not own transfers":                    {calm().row("5 -30 Own | chip FR cat:transfer"), ""},
	})
}

func TestJourneysNobodyMakesAreTold(t *testing.T) {
	judged(t, "impossible-journey", scenes{
		"two continents in an hour":         {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00"), "loud"},
		"and back is quiet":                 {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00", "5 -9 Bean | chip DE 12:00"), "loud quiet"},
		"two people with one card":          {apart(calm(), 20, 1), "loud quiet"},
		"again after three weeks":           {apart(apart(calm(), 60, 50), 5, 1), "loud quiet loud quiet"},
		"a trusted merchant silences it":    {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00").ahead(alert.WatchedMerchant{ID: "1", Merchant: "diner"}), ""},
		"cash counts":                       {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Bank | atm US 11:00"), "loud"},
		"a trip explains no such journey":   {calm().ahead(alert.Trip{ID: "1", From: today.AddDays(-9), To: today}).row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00"), "loud"},
		"not by a flight":                   {calm().row("5 -9 Bean | chip DE 06:00", "4 -30 Diner | chip US 06:00"), ""},
		"not to a neighbour":                {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Bistro | chip FR 10:30"), ""},
		"not online":                        {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | online US 11:00"), ""},
		"not without an hour":               {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US"), ""},
		"not on two accounts":               {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00 acct:b"), ""},
		"not where another card was lately": {calm().row("8 -9 Diner | chip US 10:00 acct:b", "5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip US 11:00"), ""},
		"not in countries nobody knows":     {calm().row("5 -9 Bean | chip DE 10:00", "5 -30 Diner | chip XX 11:00"), ""},
	})
}

// apart has one card used in two countries within two hours, each day from one back to another.
func apart(s *scene, from, to int) *scene {
	return s.repeat(1, from, to, "-9 Bean | chip DE 10:00").repeat(1, from, to, "-30 Diner | chip US 12:00")
}

func TestBlockedMerchantsAreTold(t *testing.T) {
	block := func(day int) alert.WatchedMerchant {
		return alert.WatchedMerchant{ID: "1", Merchant: "fig tree", Blocked: true, Since: today.AddDays(-day).Time().Add(9 * time.Hour)}
	}
	judged(t, "blocked-merchant", scenes{
		"each charge":             {calm().row("5 -9 Fig Tree", "3 -9 FIG TREE #42").ahead(block(6)), "loud loud"},
		"on the day of it":        {calm().row("5 -9 Fig Tree").ahead(block(5)), "loud"},
		"after an older trust":    {calm().row("5 -9 Fig Tree").ahead(alert.WatchedMerchant{ID: "0", Merchant: "fig tree", Since: today.AddDays(-90).Time()}, block(6)), "loud"},
		"not before it":           {calm().row("5 -9 Fig Tree").ahead(block(4)), ""},
		"not after a later trust": {calm().row("5 -9 Fig Tree").ahead(block(7), alert.WatchedMerchant{ID: "2", Merchant: "fig tree", Since: today.AddDays(-6).Time()}), ""},
		"not another merchant":    {calm().row("5 -9 Olive Tree").ahead(block(6)), ""},
		"not money back":          {calm().row("5 9 Fig Tree").ahead(block(6)), ""},
		"not where it is trusted": {calm().row("5 -9 Fig Tree").ahead(alert.WatchedMerchant{ID: "1", Merchant: "fig tree"}), ""},
	})
}

func TestCashIsTold(t *testing.T) {
	cash := func() *scene { return calm().repeat(14, 190, 20, "-60 Cash Point | atm DE 12:00") }
	judged(t, "cash-outlier", scenes{
		"half above the highest":        {cash().row("5 -91 Cash Point | atm DE 12:00"), "loud"},
		"above the highest":             {cash().row("5 -90 Cash Point | atm DE 12:00"), "quiet"},
		"at night":                      {cash().row("5 -60 Cash Point | atm DE 03:00"), "loud"},
		"once for each new highest":     {cash().row("5 -90 Cash Point | atm 12:00", "4 -90 Cash Point | atm 12:00"), "quiet"},
		"not the highest again":         {cash().row("5 -60 Cash Point | atm DE 12:00"), ""},
		"not little at night":           {cash().row("5 -20 Cash Point | atm DE 03:00"), ""},
		"not after four times":          {calm().repeat(14, 70, 20, "-60 Cash Point | atm 12:00").row("5 -90 Cash Point | atm 12:00"), ""},
		"not at a trusted machine":      {cash().row("5 -91 Cash Point | atm 12:00").ahead(alert.WatchedMerchant{ID: "1", Merchant: "cash point"}), ""},
		"not at night if that is usual": {cash().repeat(2, 190, 20, "-9 Night Bar | chip 03:10").row("5 -60 Cash Point | atm DE 03:00"), ""},
	})
	advance := func() *scene { return calm().holds(ledger.Card, 0) }
	judged(t, "cash-advance", scenes{
		"of a credit card":      {advance().row("5 -60 Cash Point | atm DE 12:00"), "loud"},
		"once in a week":        {advance().row("12 -60 Cash Point | atm", "6 -60 Cash Point | atm", "5 -60 Cash Point | atm"), "loud"},
		"and again after seven": {advance().row("12 -60 Cash Point | atm", "5 -60 Cash Point | atm"), "loud loud"},
		"not of an account":     {calm().holds(ledger.Checking, 500000).row("5 -60 Cash Point | atm DE 12:00"), ""},
		"not a purchase":        {advance().row("5 -60 Camera World | chip DE 12:00"), ""},
	})
}
