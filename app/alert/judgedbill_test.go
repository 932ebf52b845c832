package alert_test

import (
	"testing"

	"coffer/app/alert"
)

func TestRisenPricesAreTold(t *testing.T) {
	stream := func(upTo int) *scene { return calm().repeat(30, 155, upTo, "-9.99 Stream Box | online") }
	trusted := alert.WatchedMerchant{ID: "1", Merchant: "stream box"}
	judged(t, "price-rise", scenes{
		"a series that is dearer":         {stream(35).row("5 -12.99 Stream Box | online"), "quiet"},
		"more than twice as dear":         {stream(35).row("5 -29.99 Stream Box | online"), "quiet"},
		"tells once":                      {stream(65).row("35 -12.99 Stream Box | online", "5 -12.99 Stream Box | online"), "quiet"},
		"each step":                       {stream(65).row("35 -12.99 Stream Box | online", "5 -15.99 Stream Box | online"), "quiet quiet"},
		"after three":                     {calm().repeat(30, 95, 35, "-9.99 Stream Box | online").row("5 -12.99 Stream Box | online"), "quiet"},
		"every week":                      {calm().repeat(7, 96, 12, "-20 Veg Crate | online").row("5 -24 Veg Crate | online"), "quiet"},
		"not after two":                   {calm().repeat(30, 65, 35, "-9.99 Stream Box | online").row("5 -12.99 Stream Box | online"), ""},
		"not by five percent":             {calm().repeat(30, 155, 35, "-20 Stream Box | online").row("5 -21 Stream Box | online"), ""},
		"not by half of one":              {calm().repeat(30, 155, 35, "-5 Stream Box | online").row("5 -5.50 Stream Box | online"), ""},
		"not cheaper":                     {stream(35).row("5 -7.99 Stream Box | online"), ""},
		"not where prices vary":           {calm().row("155 -40 Power Co", "125 -52 Power Co", "95 -43 Power Co", "65 -55 Power Co", "35 -44 Power Co", "5 -58 Power Co"), ""},
		"not by the rate of exchange":     {calm().repeat(30, 155, 35, "-9.99 Stream Box | online fx:-9/EUR").row("5 -11.20 Stream Box | online fx:-9/EUR"), ""},
		"but by both":                     {calm().repeat(30, 155, 35, "-9.99 Stream Box | online fx:-9/EUR").row("5 -13.20 Stream Box | online fx:-11/EUR"), "quiet"},
		"not off its pace":                {stream(65).row("47 -12.99 Stream Box | online"), ""},
		"not at a trusted merchant":       {stream(35).row("5 -12.99 Stream Box | online").ahead(trusted), ""},
		"not an own transfer":             {stream(35).row("5 -12.99 Stream Box | online cat:transfer"), ""},
		"not where the pace is by chance": {calm().repeat(3, 96, 8, "-2.50 Tram | chip").row("5 -4 Tram | chip"), ""},
		"not something large besides":     {stream(35).row("8 -9.99 Stream Box | online", "5 -79 Stream Box | online"), ""},
	})
}

func TestPaidTrialsAreTold(t *testing.T) {
	judged(t, "trial-paid", scenes{
		"after a trial of nothing":  {calm().row("19 0 Fit App | online", "5 -12.99 Fit App | online"), "quiet"},
		"after one of 1.00":         {calm().row("19 -1 Fit App | online", "5 -3 Fit App | online"), "quiet"},
		"over thirty":               {calm().row("19 0 Fit App | online", "5 -30.01 Fit App | online"), "loud"},
		"thirty is quiet":           {calm().row("19 0 Fit App | online", "5 -30 Fit App | online"), "quiet"},
		"three days after":          {calm().row("8 0 Fit App | online", "5 -12.99 Fit App | online"), "quiet"},
		"35 days after":             {calm().row("40 0 Fit App | online", "5 -12.99 Fit App | online"), "quiet"},
		"tells once":                {calm().row("40 0 Fit App | online", "35 -12.99 Fit App | online", "5 -12.99 Fit App | online"), "quiet"},
		"not two days after":        {calm().row("7 0 Fit App | online", "5 -12.99 Fit App | online"), ""},
		"not 36 days after":         {calm().row("41 0 Fit App | online", "5 -12.99 Fit App | online"), ""},
		"not below three times":     {calm().row("19 -1 Fit App | online", "5 -2.99 Fit App | online"), ""},
		"not after 1.01":            {calm().row("19 -1.01 Fit App | online", "5 -12.99 Fit App | online"), ""},
		"not in a series":           {calm().repeat(30, 125, 35, "-12.99 Fit App | online").row("19 0 Fit App | online", "5 -12.99 Fit App | online"), ""},
		"not at a counter":          {calm().row("19 -1 Fit Hall | chip", "5 -12.99 Fit Hall | chip"), ""},
		"not of a trusted merchant": {calm().row("19 0 Fit App | online", "5 -12.99 Fit App | online").ahead(alert.WatchedMerchant{ID: "1", Merchant: "fit app"}), ""},
	})
}

func TestChargesAfterCancellingAreTold(t *testing.T) {
	cancelled := func(back int) alert.CancelledSeries {
		return alert.CancelledSeries{ID: "1", Merchant: "stream box", Since: today.AddDays(-back)}
	}
	stream := func() *scene { return calm().repeat(30, 185, 95, "-9.99 Stream Box | online") }
	judged(t, "after-cancelling", scenes{
		"each charge of what was cancelled": {stream().repeat(30, 65, 5, "-9.99 Stream Box | online").ahead(cancelled(70)), "loud loud loud"},
		"back after 90 days":                {stream().row("5 -9.99 Stream Box | online"), "loud"},
		"a little dearer":                   {stream().row("5 -11.98 Stream Box | online"), "loud"},
		"not before it":                     {stream().ahead(cancelled(90)), ""},
		"not on the day of it":              {stream().row("65 -9.99 Stream Box | online").ahead(cancelled(65)), ""},
		"not money back":                    {stream().row("65 9.99 Stream Box").ahead(cancelled(70)), ""},
		"not another merchant":              {stream().row("35 -9.99 Other Box | online").ahead(cancelled(70)), ""},
		"not after one charge missed":       {stream().row("35 -9.99 Stream Box | online"), ""},
		"not another price":                 {stream().row("5 -49 Stream Box | online"), ""},
		"not a shop":                        {calm().repeat(30, 185, 95, "-9.99 Corner | chip").row("5 -9.99 Corner | chip"), ""},
		"not at a trusted merchant":         {stream().row("5 -9.99 Stream Box | online").ahead(alert.WatchedMerchant{ID: "1", Merchant: "stream box"}), ""},
	})
}

func TestNewSubscriptionsAreTold(t *testing.T) {
	judged(t, "new-recurring", scenes{
		"the third at an even pace":      {calm().repeat(30, 65, 5, "-9.99 Stream Box | online"), "quiet"},
		"tells once":                     {calm().repeat(30, 110, 5, "-9.99 Stream Box | online"), "quiet"},
		"every week":                     {calm().repeat(7, 19, 5, "-9.99 Stream Box | online"), "quiet"},
		"every year":                     {new(scene).row("1300 -5 Bean | chip").repeat(365, 735, 5, "-99 Domain Co | online"), "quiet"},
		"after a trial of nothing":       {calm().row("79 0 Stream Box | online").repeat(30, 65, 5, "-9.99 Stream Box | online"), "quiet"},
		"after a trial of 1.00":          {calm().row("79 -1 Stream Box | online").repeat(30, 65, 5, "-9.99 Stream Box | online"), "quiet"},
		"not the second":                 {calm().repeat(30, 35, 5, "-9.99 Stream Box | online"), ""},
		"not at an uneven pace":          {calm().row("65 -9.99 Stream Box | online", "45 -9.99 Stream Box | online", "5 -9.99 Stream Box | online"), ""},
		"not at a trusted merchant":      {calm().repeat(30, 65, 5, "-9.99 Stream Box | online").ahead(alert.WatchedMerchant{ID: "1", Merchant: "stream box"}), ""},
		"not at a counter":               {calm().repeat(7, 19, 5, "-9.99 Barber | chip"), ""},
		"not where the history began":    {new(scene).repeat(30, 65, 5, "-9.99 Stream Box | online"), ""},
		"not an own transfer":            {calm().repeat(30, 65, 5, "-9.99 Own Savings | cat:transfer"), ""},
		"not a transfer the person made": {calm().repeat(30, 65, 5, "-9.99 Anna Friend | pay"), ""},
	})
}
