package alert_test

import (
	"testing"

	"coffer/app/alert"
)

func listed(m alert.WatchedMerchant) *alert.Watchlist {
	return &alert.Watchlist{Merchants: []alert.WatchedMerchant{m}}
}

func TestPriceRise(t *testing.T) {
	series := func() *diary { return life().each(30, 155, 35, "-9.99 Streamly #chan=online #cat=subscriptions") }
	trusted := listed(alert.WatchedMerchant{Merchant: "streamly"})
	hold(t, "price-rise", map[string]madeCase{
		"a fifth dearer":                    {rows: series().made("5 -11.99 Streamly #chan=online"), want: quiet},
		"once, for it is the price then":    {rows: life().each(30, 155, 65, "-9.99 Streamly").each(30, 35, 5, "-11.99 Streamly"), want: quiet},
		"by a second step":                  {rows: life().each(30, 215, 125, "-9.99 Streamly").each(30, 95, 35, "-12.99 Streamly").made("5 -15.99 Streamly"), want: []string{"quiet", "quiet"}},
		"beside another series there":       {rows: series().each(30, 150, 30, "-2.99 Streamly").made("5 -11.99 Streamly"), want: quiet},
		"in yen":                            {rows: life().each(30, 155, 35, "-999/JPY Streamly").made("5 -1199/JPY Streamly"), want: quiet},
		"not by five percent":               {rows: series().made("5 -10.48 Streamly")},
		"not by fifty cents":                {rows: life().each(30, 155, 35, "-0.99 Streamly").made("5 -1.49 Streamly")},
		"not cheaper":                       {rows: series().made("5 -8.99 Streamly")},
		"not after two":                     {rows: life().each(30, 65, 35, "-9.99 Streamly").made("5 -11.99 Streamly")},
		"not out of step":                   {rows: series().made("20 -11.99 Streamly")},
		"not where prices vary":             {rows: life().made("125 -50 Power", "95 -58 Power", "65 -49 Power", "35 -57 Power", "5 -65 Power")},
		"not where the rate moved":          {rows: life().each(30, 155, 35, "-9.99 Streamly #foreign=10.00/EUR").made("5 -11.99 Streamly #foreign=10.00/EUR")},
		"not at a merchant that is trusted": {rows: series().made("5 -11.99 Streamly"), watch: trusted},
	})
}

func TestTrialTurnedPaid(t *testing.T) {
	hold(t, "trial-paid", map[string]madeCase{
		"nothing, then 12.99":               {rows: life().made("20 0 Fitly #chan=online", "6 -12.99 Fitly #chan=online"), want: quiet},
		"one, then 12.99":                   {rows: life().made("20 -1.00 Fitly", "6 -12.99 Fitly"), want: quiet},
		"over thirty interrupts":            {rows: life().made("20 -1.00 Fitly", "6 -49.99 Fitly"), want: loud},
		"once":                              {rows: life().made("65 -1.00 Fitly", "58 -12.99 Fitly", "28 -12.99 Fitly"), want: quiet},
		"not after two days":                {rows: life().made("8 -1.00 Fitly", "6 -12.99 Fitly")},
		"not after 36 days":                 {rows: life().made("42 -1.00 Fitly", "6 -12.99 Fitly")},
		"not where it was paid before":      {rows: life().made("90 -12.99 Fitly", "20 -1.00 Fitly", "6 -12.99 Fitly")},
		"not by a chip at a counter":        {rows: life().made("20 -1.00 Fitly #chan=card", "6 -12.99 Fitly #chan=card")},
		"not of three times the trial":      {rows: life().made("20 -1.00 Fitly", "6 -1.90 Fitly")},
		"not without a trial":               {rows: life().made("20 -5.00 Fitly", "6 -19.99 Fitly")},
		"not at a merchant that is trusted": {rows: life().made("20 0 Fitly", "6 -12.99 Fitly"), watch: listed(alert.WatchedMerchant{Merchant: "fitly"})},
	})
}

func TestChargedAfterCancelling(t *testing.T) {
	series := func() *diary { return life().each(30, 275, 125, "-9.99 Streamly #chan=online") }
	cancelled := &alert.Watchlist{Cancelled: []alert.CancelledSeries{{Merchant: "streamly", Since: today.AddDays(-20)}}}
	hold(t, "after-cancelling", map[string]madeCase{
		"marked as cancelled":               {rows: series().made("5 -9.99 Streamly"), watch: cancelled, want: loud},
		"each time":                         {rows: series().made("15 -9.99 Streamly", "5 -9.99 Streamly"), watch: cancelled, want: []string{"loud", "loud"}},
		"silent for four months, and back":  {rows: series().made("5 -9.99 Streamly #chan=online"), want: loud},
		"back, a little dearer":             {rows: series().made("5 -11.49 Streamly"), want: loud},
		"not before it was cancelled":       {rows: life().each(30, 115, 25, "-9.99 Streamly #chan=online"), watch: cancelled},
		"not two months and a little":       {rows: series().made("62 -9.99 Streamly #chan=online")},
		"not one month left out":            {rows: series().made("65 -9.99 Streamly #chan=online")},
		"not another purchase there":        {rows: series().made("5 -79 Streamly #chan=online")},
		"not at a counter":                  {rows: life().each(30, 275, 125, "-9.99 Barber #chan=card").made("5 -9.99 Barber #chan=card")},
		"not a weekly habit":                {rows: life().each(7, 275, 125, "-9.99 Cinema").made("5 -9.99 Cinema")},
		"not a refund after it":             {rows: series().made("5 9.99 Streamly"), watch: cancelled},
		"not at a merchant that is trusted": {rows: series().made("5 -9.99 Streamly"), watch: listed(alert.WatchedMerchant{Merchant: "streamly"})},
	})
}

func TestNewRecurring(t *testing.T) {
	hold(t, "new-recurring", map[string]madeCase{
		"the third month":                        {rows: life().each(30, 65, 5, "-9.99 Streamly #chan=online"), want: quiet},
		"the third week":                         {rows: life().each(7, 19, 5, "-9.99 Veg Box #chan=debit"), want: quiet},
		"once":                                   {rows: life().each(30, 155, 5, "-9.99 Streamly"), want: quiet},
		"not the second":                         {rows: life().each(30, 35, 5, "-9.99 Streamly")},
		"not at odd days":                        {rows: life().made("65 -9.99 Streamly", "45 -9.99 Streamly", "5 -9.99 Streamly")},
		"not at odd prices":                      {rows: life().made("65 -9.99 Streamly", "35 -10.99 Streamly", "5 -9.49 Streamly")},
		"not at a counter":                       {rows: life().each(7, 19, 5, "-9.99 Barber #chan=card")},
		"not what was there as history began":    {rows: made().each(30, 65, 5, "-9.99 Streamly")},
		"not at a merchant that is trusted":      {rows: life().each(30, 65, 5, "-9.99 Streamly"), watch: listed(alert.WatchedMerchant{Merchant: "streamly"})},
		"not money that comes in":                {rows: life().each(30, 65, 5, "9.99 Lodger")},
		"not lunch at an even pace, by its kind": {rows: life().each(7, 19, 5, "-9.99 Diner #cat=eating-out")},
	})
}

func TestBlockedMerchant(t *testing.T) {
	blocked := listed(alert.WatchedMerchant{Merchant: "zap media", Blocked: true, Since: today.AddDays(-10).Time()})
	hold(t, "blocked-merchant", map[string]madeCase{
		"a charge of what was blocked": {rows: made("5 -9.99 Zap Media"), watch: blocked, want: loud},
		"each time":                    {rows: made("5 -9.99 Zap Media", "4 -9.99 ZAP MEDIA 0042"), watch: blocked, want: []string{"loud", "loud"}},
		"not before it was blocked":    {rows: made("15 -9.99 Zap Media"), watch: blocked},
		"not another":                  {rows: made("5 -9.99 Zip Media"), watch: blocked},
		"not a refund of it":           {rows: made("5 9.99 Zap Media"), watch: blocked},
		"not one that is trusted":      {rows: made("5 -9.99 Zap Media"), watch: listed(alert.WatchedMerchant{Merchant: "zap media"})},
		"not without a list":           {rows: made("5 -9.99 Zap Media")},
	})
}
