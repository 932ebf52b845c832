package alert_test

import (
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// holding is account a with an opening balance, in cents.
func holding(kind ledger.Kind, opening int64) *alert.Books {
	return &alert.Books{Accounts: map[ledger.AccountID]alert.Holding{
		account: {Kind: kind, Name: "Everyday", Currency: "USD", Stated: true, Opening: opening, Link: "l", Daily: true},
	}}
}

// steadyLife is life with an opening balance that keeps some 5,000.00 in the account.
func steadyLife() (*diary, *alert.Books) {
	d := life()
	var sum int64
	for _, t := range *d {
		sum += t.Amount.Minor
	}
	return d, holding(ledger.Checking, 500000-sum)
}

func TestNewPayee(t *testing.T) {
	_, books := steadyLife()
	known := &alert.Watchlist{Payees: []alert.KnownPayee{{Payee: "j smith"}}}
	hold(t, "new-payee", map[string]madeCase{
		"a third of the balance to somebody new": {rows: life().made("4 -1700 J Smith #chan=sent"), books: books, want: loud},
		"as the bank's words say":                {rows: life().made("4 -1700 J Smith #text=FASTER_PAYMENT_OUT"), books: books, want: loud},
		"once, for then it is no new payee":      {rows: life().made("4 -1700 J Smith #chan=sent", "3 -1700 J Smith #chan=sent"), books: books, want: loud},
		"where no balance is known":              {rows: life().made("4 -1700 J Smith #chan=sent"), want: loud},
		"not below a fifth":                      {rows: life().made("4 -600 J Smith #chan=sent"), books: books},
		"not to one who was paid":                {rows: life().made("99 -20 J Smith #chan=sent", "4 -1700 J Smith #chan=sent"), books: books},
		"not to one who was confirmed":           {rows: life().made("4 -1700 J Smith #chan=sent"), books: books, watch: known},
		"not to an own account":                  {rows: life().made("4 -1700 J Smith #chan=sent #cat=transfer"), books: books},
		"not by card":                            {rows: life().made("4 -1700 J Smith #chan=card"), books: books},
		"not in the first weeks":                 {rows: made("20 -9 Bean").made("4 -1700 J Smith #chan=sent")},
		"not money in":                           {rows: life().made("4 1700 J Smith #chan=other"), books: books},
	})
}

func TestAccountBeingEmptied(t *testing.T) {
	_, books := steadyLife()
	hold(t, "emptied", map[string]madeCase{
		"half of it to somebody new":         {rows: life().made("4 -3000 J Smith #chan=sent"), books: books, want: loud},
		"in parts, told once":                {rows: life().made("4 -1500 J Smith #at=10:00 #chan=sent", "4 -1500 A Jones #at=12:00 #chan=sent", "4 -900 A Jones #at=13:00 #chan=sent"), books: books, want: loud},
		"by card, lower than ever in a day":  {rows: life().made("4 -5400 Volt Store #chan=card"), books: books, want: loud},
		"not where the balance is not known": {rows: life().made("4 -3000 J Smith #chan=sent")},
		"not to one who was paid long ago":   {rows: life().made("99 -20 J Smith #chan=sent", "4 -3000 J Smith #chan=sent"), books: books},
		"not over days":                      {rows: life().made("8 -1500 J Smith #chan=sent", "4 -1500 A Jones #chan=sent"), books: books},
		"not a rent":                         {rows: life().made("4 -3000 New Landlord #chan=sent #cat=housing"), books: books},
		"not to an own account":              {rows: life().made("4 -3000 J Smith #chan=sent #cat=transfer"), books: books},
		"not a bill that comes each month":   {rows: life().each(30, 124, 34, "-2600 Card Bill #chan=debit").made("4 -2600 Card Bill #chan=debit")},
		"not from a credit card":             {rows: life().made("4 -3000 J Smith #chan=sent"), books: holding(ledger.Card, 500000)},
	})
}

func TestInAndOut(t *testing.T) {
	in := "5 3000 K Moneta #at=09:00"
	hold(t, "in-and-out", map[string]madeCase{
		"in, and on to somebody new":          {rows: life().made(in, "4 -2700 A Jones #at=10:00 #chan=sent"), want: loud},
		"on in parts and as cash, told once":  {rows: life().made(in, "4 -1400 A Jones #at=10:00 #chan=sent", "4 -1100 Cash #at=11:00 #chan=cash", "4 -400 Cash #at=12:00 #chan=cash"), want: loud},
		"not where most of it stays":          {rows: life().made(in, "4 -2000 A Jones #at=10:00 #chan=sent")},
		"not after four days":                 {rows: life().made("9 3000 K Moneta #at=09:00", "5 -2700 A Jones #at=10:00 #chan=sent")},
		"not to one who was paid":             {rows: life().made("99 -20 A Jones #chan=sent", in, "4 -2700 A Jones #at=10:00 #chan=sent")},
		"not to a shop":                       {rows: life().made(in, "4 -2700 Volt Store #at=10:00 #chan=card")},
		"not a salary":                        {rows: life().made("5 3000 New Employer #at=09:00 #cat=salary", "4 -2700 A Jones #at=10:00 #chan=sent")},
		"not from one who sent before":        {rows: life().made("99 20 K Moneta", in, "4 -2700 A Jones #at=10:00 #chan=sent")},
		"not a refund that is expected":       {rows: life().made(in, "4 -2700 A Jones #at=10:00 #chan=sent"), watch: &alert.Watchlist{Refunds: []alert.ExpectedRefund{{Merchant: "k moneta", Minor: 300000, Currency: "USD", Since: today.AddDays(-9)}}}},
		"not to an own account of the person": {rows: life().made(in, "4 -2700 A Jones #at=10:00 #chan=sent #cat=transfer")},
	})
}

func TestCash(t *testing.T) {
	cash := func() *diary { return life().each(20, 300, 20, "-60 Cash #at=13:00 #chan=cash") }
	hold(t, "cash-outlier", map[string]madeCase{
		"half above the highest interrupts": {rows: cash().made("4 -250 Cash #at=13:00 #chan=cash"), want: loud},
		"a little above is quiet":           {rows: cash().made("4 -80 Cash #at=13:00 #chan=cash"), want: quiet},
		"at night":                          {rows: cash().made("4 -60 Cash #at=03:00 #chan=cash"), want: loud},
		"by the category":                   {rows: cash().made("4 -250 Cash #at=13:00 #cat=cash"), want: loud},
		"not as ever":                       {rows: cash().made("4 -60 Cash #at=13:00 #chan=cash")},
		"not little at night":               {rows: cash().made("4 -20 Cash #at=03:00 #chan=cash")},
		"not after few withdrawals":         {rows: life().made("99 -20 Cash #chan=cash", "4 -250 Cash #at=13:00 #chan=cash")},
		"not a charge by card":              {rows: cash().made("4 -250 Volt Store #at=03:00 #chan=card")},
	})
	hold(t, "cash-advance", map[string]madeCase{
		"cash from a credit card":       {rows: life().made("4 -60 Cash #chan=cash"), books: holding(ledger.Card, 0), want: loud},
		"once a week":                   {rows: life().made("4 -60 Cash #chan=cash", "3 -60 Cash #chan=cash"), books: holding(ledger.Card, 0), want: loud},
		"not from a current account":    {rows: life().made("4 -60 Cash #chan=cash"), books: holding(ledger.Checking, 0)},
		"not where no kind is known":    {rows: life().made("4 -60 Cash #chan=cash")},
		"not a charge by that card":     {rows: life().made("4 -60 Volt Store #chan=card"), books: holding(ledger.Card, 0)},
		"not what was taken back there": {rows: life().made("4 60 Cash #chan=cash"), books: holding(ledger.Card, 0)},
	})
}

func TestFee(t *testing.T) {
	abroad := "5 -200 Taverna #chan=card #cc=GR #foreign=185.00/EUR"
	hold(t, "fee", map[string]madeCase{
		"a fee never paid":                    {rows: life().made("4 -6 Monthly Account Fee"), want: quiet},
		"by its category":                     {rows: life().made("4 -6 Harbour Bank #cat=fees"), want: quiet},
		"dearer than before":                  {rows: life().each(30, 124, 34, "-6 Monthly Account Fee").made("4 -9 Monthly Account Fee"), want: []string{"quiet", "quiet"}},
		"three percent after a foreign one":   {rows: life().made(abroad, "4 -5.98 Foreign Transaction Fee"), want: quiet},
		"of the merchant itself":              {rows: life().made(abroad, "4 -5.98 Taverna"), want: quiet},
		"once for a journey":                  {rows: life().made(abroad, "5 -5.98 Foreign Transaction Fee", "4 -100 Hotel #cc=GR #chan=card #foreign=93.00/EUR", "4 -2.99 Foreign Transaction Fee"), want: quiet},
		"only the first of one that goes on":  {rows: life().each(30, 124, 4, "-6 Monthly Account Fee"), want: quiet},
		"not a coffee of three percent":       {rows: life().made(abroad, "4 -5.98 Kafeneio #chan=card #cc=GR")},
		"not a small charge at home":          {rows: life().made(abroad, "4 -5.98 Kiosk #chan=card #cc=GB")},
		"not a coffee shop by its name":       {rows: life().made("4 -6 Coffee House")},
		"not a fee that is given back":        {rows: life().made("4 6 Monthly Account Fee")},
		"not a week after the foreign charge": {rows: life().made("12 -200 Taverna #chan=card #cc=GR #foreign=185.00/EUR", "4 -5.98 Taverna")},
	})
}

func TestProbeOfCents(t *testing.T) {
	linking := &alert.Books{Linked: []ledger.Date{today.AddDays(-6)}}
	hold(t, "probe", map[string]madeCase{
		"cents from somebody unknown":       {rows: life().made("4 0.17 Acme Verify"), want: loud},
		"two at a time, told once":          {rows: life().made("4 0.17 Acme Verify", "4 0.23 Bolt Verify"), want: loud},
		"in yen":                            {rows: life().made("4 17/JPY Acme Verify"), want: loud},
		"not while an account is linked":    {rows: life().made("4 0.17 Acme Verify"), books: linking},
		"not one or more":                   {rows: life().made("4 1.00 Acme Verify")},
		"not from one who was there":        {rows: life().made("99 -20 Acme", "4 0.17 Acme")},
		"not interest":                      {rows: life().made("4 0.17 Interest Paid"), books: holding(ledger.Savings, 0)},
		"not interest by its category":      {rows: life().made("4 0.17 Harbour Bank #cat=interest")},
		"not in the first fortnight":        {rows: made("10 -9 Bean", "4 0.17 Acme Verify")},
		"not cents that go out":             {rows: life().made("4 -0.17 Acme Verify")},
		"not at a merchant that is trusted": {rows: life().made("4 0.17 Acme Verify"), watch: listed(alert.WatchedMerchant{Merchant: "acme verify"})},
	})
}

func TestLargeDeposit(t *testing.T) {
	refund := &alert.Watchlist{Refunds: []alert.ExpectedRefund{{Merchant: "volt", Minor: 400000, Currency: "USD", Since: today.AddDays(-9)}}}
	hold(t, "large-deposit", map[string]madeCase{
		"above all that came before":      {rows: life().made("4 4000 Aunt Vera"), want: quiet},
		"once, and less is then usual":    {rows: life().made("4 4000 Aunt Vera", "3 3900 Uncle Ben"), want: quiet},
		"not a salary":                    {rows: life().made("4 4000 New Employer #cat=salary")},
		"not as usual":                    {rows: life().made("4 300 Aunt Vera")},
		"not a fifth more than always":    {rows: life().made("4 2900 Employer")},
		"not a refund of what was bought": {rows: life().made("99 -4000 Volt Store", "4 4000 Volt Store")},
		"not a refund that is expected":   {rows: life().made("4 4000 Volt Store"), watch: refund},
		"not after few incomes":           {rows: made("99 20 Aunt Vera", "4 4000 Aunt Vera")},
		"not from an own account":         {rows: life().made("4 4000 Savings #cat=transfer")},
	})
}

func TestADuplicateIsOfOneAccount(t *testing.T) {
	hold(t, "duplicate-charge", map[string]madeCase{
		"twice on one account":         {rows: life().made("5 -42 Fig Tree #at=10:00", "5 -42 Fig Tree #at=10:05"), want: quiet},
		"not once each on two":         {rows: life().made("5 -42 Fig Tree #at=10:00", "5 -42 Fig Tree #at=10:05 #in=b")},
		"not at a merchant of trust":   {rows: life().made("5 -42 Fig Tree", "5 -42 Fig Tree"), watch: listed(alert.WatchedMerchant{Merchant: "fig tree"})},
		"not a transfer to an own one": {rows: life().made("5 -42 Fig Tree #cat=transfer", "5 -42 Fig Tree #cat=transfer")},
	})
}
