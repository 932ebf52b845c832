package alert_test

import (
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// paid is calm with a salary, a rent, and transfers to a friend now and then, on a current account whose balance is known.
func paid() *scene {
	return calm().holds(ledger.Checking, 200000).repeat(30, 195, 15, "2500 Works Ltd | cat:salary").
		repeat(30, 194, 14, "-900 Rent Office | pay cat:housing").repeat(7, 190, 10, "-40 Anna Friend | pay")
}

func TestNewPayeesAreTold(t *testing.T) {
	judged(t, "new-payee", scenes{
		"a large transfer to somebody new":    {paid().row("5 -3000 Jo Stranger | pay"), "loud"},
		"each new payee":                      {paid().row("5 -3000 Jo Stranger | pay", "4 -3000 Al Stranger | pay"), "loud loud"},
		"told by the bank's words":            {paid().row("5 -3000 Jo Stranger | text:ZELLE"), "loud"},
		"a trusted merchant silences it not":  {paid().row("5 -3000 Jo Stranger | pay").ahead(alert.WatchedMerchant{ID: "1", Merchant: "jo stranger"}), "loud"},
		"not twice to the same":               {paid().row("5 -3000 Jo Stranger | pay", "4 -3000 Jo Stranger | pay"), "loud"},
		"not to a payee paid before":          {paid().row("60 -30 Jo Stranger | pay", "5 -3000 Jo Stranger | pay"), ""},
		"not to a confirmed payee":            {paid().row("5 -3000 Jo Stranger | pay").ahead(alert.KnownPayee{ID: "1", Payee: "jo stranger"}), ""},
		"not to an own account":               {paid().row("5 -3000 Own Savings | pay cat:transfer"), ""},
		"not up to a fifth of the balance":    {paid().row("5 -900 Jo Stranger | pay"), ""},
		"not below a hundred":                 {calm().repeat(5, 190, 10, "-2 Anna Friend | pay").row("5 -100 Jo Stranger | pay"), ""},
		"not by card":                         {paid().row("5 -3000 Car House | chip"), ""},
		"not the first rent of a new account": {new(scene).holds(ledger.Checking, 300000).row("20 -9 Bean | chip", "5 -2000 Rent Office | pay cat:housing"), ""},
		"but half of all on a new account":    {new(scene).holds(ledger.Checking, 300000).row("20 -9 Bean | chip", "5 -2000 Jo Stranger | pay"), "loud"},
	})
}

// risen is an account that held 5000 long ago and about 15000 since.
func risen() *scene {
	return new(scene).holds(ledger.Checking, 500000).row("110 -10 Bean | chip", "109 -10 Bean | chip", "108 10000 Aunt Vera").repeat(3, 107, 8, "-10 Bean | chip")
}

func TestEmptiedAccountsAreTold(t *testing.T) {
	rich := func() *scene { return paid().holds(ledger.Checking, 800000) }
	judged(t, "emptied", scenes{
		"in two transfers to new payees": {rich().row("5 -5000 Jo Stranger | pay 10:00", "5 -6000 Al Stranger | pay 11:00"), "loud"},
		"tells once":                     {rich().row("5 -5000 Jo Stranger | pay", "5 -6000 Al Stranger | pay", "5 -900 Cy Stranger | pay"), "loud"},
		"by card, to its lowest":         {rich().row("5 -14500 Gem House | online"), "loud"},
		"not to payees paid long ago":    {rich().row("60 -50 Jo Stranger | pay", "60 -50 Al Stranger | pay", "5 -5000 Jo Stranger | pay", "5 -1500 Al Stranger | pay"), ""},
		"not within two days":            {rich().row("6 -3500 Jo Stranger | pay 10:00", "5 -3500 Al Stranger | pay 11:00"), ""},
		"not to a confirmed payee":       {rich().row("5 -7500 Jo Stranger | pay").ahead(alert.KnownPayee{ID: "1", Payee: "jo stranger"}), ""},
		"not a rent":                     {rich().row("5 -9000 Rent Office Two | pay cat:housing"), ""},
		"not on the day of a rent":       {risen().row("5 -9650 Rent Office | pay cat:housing 09:00", "5 -30 Bean | chip 12:00"), ""},
		"not by an own transfer":         {rich().row("5 -14000 Own Savings | cat:transfer 09:00"), ""},
		"not by lunch after one":         {risen().row("5 -9650 Own Savings | cat:transfer 09:00", "5 -30 Bean | chip 12:00"), ""},
		"but by a purchase like it":      {risen().row("5 -9680 Gem House | online 12:00"), "loud"},
		"not of a credit card":           {paid().holds(ledger.Card, 800000).row("5 -14500 Gem House | online"), ""},
		"not where no balance is known":  {calm().row("5 -14500 Gem House | online"), ""},
		"not half of it":                 {rich().row("5 -3000 Jo Stranger | pay"), ""},
	})
}

func TestMoneyThatPassesThroughIsTold(t *testing.T) {
	judged(t, "in-and-out", scenes{
		"sent on to somebody new":                {paid().row("8 4000 Zed Sender", "7 -3500 Jo Stranger | pay"), "loud"},
		"as cash":                                {paid().row("8 4000 Zed Sender", "7 -3500 Cash Point | atm"), "loud"},
		"in two parts to two":                    {paid().row("8 4000 Zed Sender", "7 -2000 Jo Stranger | pay", "7 -1900 Al Stranger | pay"), "loud"},
		"in two parts to one":                    {paid().row("8 4000 Zed Sender", "7 -1700 Jo Stranger | pay", "6 -1800 Jo Stranger | pay"), "loud"},
		"tells once":                             {paid().row("8 4000 Zed Sender", "7 -3500 Jo Stranger | pay", "7 -400 Al Stranger | pay"), "loud"},
		"not four days later":                    {paid().row("8 4000 Zed Sender", "4 -3500 Jo Stranger | pay"), ""},
		"not three fifths":                       {paid().row("8 4000 Zed Sender", "7 -2400 Jo Stranger | pay"), ""},
		"not a salary":                           {paid().row("8 4000 New Works | cat:salary", "7 -3500 Jo Stranger | pay"), ""},
		"not from a known sender":                {paid().row("90 20 Zed Sender", "8 4000 Zed Sender", "7 -3500 Jo Stranger | pay"), ""},
		"not an expected refund":                 {paid().row("8 4000 Zed Sender", "7 -3500 Jo Stranger | pay").ahead(alert.ExpectedRefund{ID: "1", Merchant: "zed sender", Minor: 400000, Currency: "USD", Since: today.AddDays(-20)}), ""},
		"not to somebody paid the day before it": {paid().row("9 -30 Jo Stranger | pay", "8 4000 Zed Sender", "7 -3500 Jo Stranger | pay"), ""},
		"not to a known payee":                   {paid().row("60 -30 Jo Stranger | pay", "8 4000 Zed Sender", "7 -3500 Jo Stranger | pay"), ""},
		"not to a confirmed one":                 {paid().row("8 4000 Zed Sender", "7 -3500 Jo Stranger | pay").ahead(alert.KnownPayee{ID: "1", Payee: "jo stranger"}), ""},
		"not to an own account":                  {paid().row("8 4000 Zed Sender", "7 -3500 Own Savings | pay cat:transfer"), ""},
		"not a usual sum":                        {paid().row("8 400 Zed Sender", "7 -390 Jo Stranger | pay"), ""},
		"not spent by card":                      {paid().row("8 4000 Zed Sender", "7 -3500 Car House | chip"), ""},
	})
}

func TestFeesAreTold(t *testing.T) {
	judged(t, "fee", scenes{
		"the first":                           {calm().row("5 -12 Overdraft fee"), "quiet"},
		"by its category":                     {calm().row("5 -12 Daily Bank | cat:fees"), "quiet"},
		"dearer than before":                  {calm().repeat(30, 95, 35, "-5 Account fee").row("5 -7 Account fee"), "quiet quiet"},
		"two percent after a purchase abroad": {calm().row("5 -100 Bistro | chip FR fx:-92/EUR", "4 -2 Bistro | other"), "quiet"},
		"once in 30 days":                     {calm().row("9 -100 Bistro | chip FR fx:-92/EUR", "8 -2 Fee abroad | other", "5 -100 Bistro | chip FR fx:-92/EUR", "4 -2 Fee abroad | other"), "quiet"},
		"not as it always was":                {calm().repeat(30, 185, 5, "-5 Account fee"), ""},
		"not a tenth more":                    {calm().repeat(30, 185, 35, "-5 Account fee").row("5 -5.50 Account fee"), ""},
		"not a smaller one than before":       {calm().repeat(30, 185, 35, "-5 Account fee").row("5 -2 Account fee"), ""},
		"not money back":                      {calm().row("5 12 Overdraft fee"), ""},
		"not four percent":                    {calm().row("5 -100 Bistro | chip FR fx:-92/EUR", "4 -4 Bistro | other"), ""},
		"not after a purchase at home":        {calm().row("5 -100 Bistro | chip DE", "4 -2 Bistro | other"), ""},
		"not four days later":                 {calm().row("9 -100 Bistro | chip FR fx:-92/EUR", "5 -2 Bistro | other"), ""},
		"not a coffee":                        {calm().row("5 -100 Bistro | chip FR fx:-92/EUR", "4 -2 Bean | chip DE"), ""},
		"not at a trusted one":                {calm().row("5 -12 Daily Bank | cat:fees").ahead(alert.WatchedMerchant{ID: "1", Merchant: "daily bank"}), ""},
	})
}

func TestProbesOfCentsAreTold(t *testing.T) {
	linked := calm()
	linked.books = &alert.Books{Linked: []ledger.Date{today.AddDays(-9)}}
	judged(t, "probe", scenes{
		"from somebody never seen":   {calm().row("5 0.17 Acme Verify"), "loud"},
		"two tell once":              {calm().row("5 0.17 Acme Verify", "5 0.32 Acme Verify"), "loud"},
		"two senders tell once":      {calm().row("6 0.17 Acme Verify", "5 0.32 Other Verify"), "loud"},
		"not 1.00":                   {calm().row("5 1 Acme Verify"), ""},
		"not while linking":          {linked.row("5 0.17 Acme Verify"), ""},
		"not of a known sender":      {calm().row("60 20 Acme Verify", "5 0.17 Acme Verify"), ""},
		"not interest":               {calm().row("5 0.17 Savings interest"), ""},
		"not interest by category":   {calm().row("5 0.17 Daily Bank | cat:interest"), ""},
		"not going out":              {calm().row("5 -0.17 Acme Verify"), ""},
		"not from an own account":    {calm().row("5 0.17 Own | cat:transfer"), ""},
		"not in the first fortnight": {new(scene).row("18 -9 Bean", "5 0.17 Acme Verify"), ""},
	})
}

func TestLargeDepositsAreTold(t *testing.T) {
	earner := func() *scene { return paid().repeat(14, 190, 20, "60 Ed Friend") }
	judged(t, "large-deposit", scenes{
		"above all before":          {earner().row("5 6000 Aunt Vera"), "quiet"},
		"as large again is none":    {earner().row("9 6000 Aunt Vera", "5 6000 Uncle Bo"), "quiet"},
		"not a salary":              {earner().row("5 6000 Works Ltd | cat:salary"), ""},
		"and a little more is none": {earner().row("60 5000 Aunt Vera", "5 6000 Aunt Vera"), "quiet"},
		"not an expected refund":    {earner().row("5 6000 Sky Agency").ahead(alert.ExpectedRefund{ID: "1", Merchant: "sky agency", Minor: 600000, Currency: "USD", Since: today.AddDays(-9)}), ""},
		"not a refund":              {earner().row("30 -6000 Sky Agency", "5 6000 Sky Agency"), ""},
		"not an own transfer":       {earner().row("5 6000 Own Savings | cat:transfer"), ""},
		"not the usual":             {earner().row("5 2500 Aunt Vera"), ""},
		"not with few incomes":      {calm().row("60 20 Ed Friend", "5 6000 Aunt Vera"), ""},
	})
}
