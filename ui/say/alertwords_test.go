package say_test

import (
	"strings"

	"coffer/app/alert"
)

// The values that rules send with their sentences.
func init() {
	for id, text := range map[string]string{
		alert.WhyCardTest:   "merchant=Camera World,amount=480.00,test=1.00,currency=USD",
		alert.WhyCardTests:  "merchant=Hill App,amount=2.00,times=3,currency=USD",
		alert.WhyRush:       "times=7,places=5,amount=420.00,usual=35.50,currency=USD",
		alert.WhyFirstKinds: "times=2,amount=580.00,usual=35.50,currency=USD",
		alert.WhyNewCountry: "merchant=Bistro,amount=30.00,country=FR,home=DE,days=190,currency=USD",
		alert.WhyJourney:    "merchant=Diner,amount=30.00,country=US,from=DE,minutes=60,km=5200,currency=USD",
		alert.WhyPriceRise:  "merchant=Stream Box,amount=12.99,usual=9.99,percent=30,times=4,currency=USD",
		alert.WhyTrial:      "merchant=Fit App,amount=12.99,trial=1.00,days=14,currency=USD",
		alert.WhyCancelled:  "merchant=Stream Box,amount=9.99,days=5,currency=USD",
		alert.WhyBack:       "merchant=Stream Box,amount=9.99,days=90,times=4,step=30,currency=USD",
		alert.WhyRecurring:  "merchant=Stream Box,amount=9.99,step=30,currency=USD",
		alert.WhyNewPayee:   "merchant=Jo Stranger,amount=3000.00,limit=900.00,currency=USD",
		alert.WhyEmptied:    "amount=9000.00,usual=15000.00,times=2,currency=USD",
		alert.WhyFellLow:    "merchant=Gem House,amount=14500.00,start=15000.00,after=500.00,days=120,currency=USD",
		alert.WhyInAndOut:   "amount=4000.00,out=3500.00,percent=87,hours=72,currency=USD",
		alert.WhyCashAbove:  "amount=90.00,highest=60.00,times=13,currency=USD", alert.WhyCashNight: "amount=60.00,hour=3,currency=USD",
		alert.WhyCashAdvance: "amount=60.00,currency=USD", alert.WhyFee: "merchant=Overdraft fee,amount=12.00,currency=USD",
		alert.WhyFeeDearer:     "merchant=Account fee,amount=7.00,highest=5.00,currency=USD",
		alert.WhyFeeAbroad:     "merchant=Bistro,amount=2.00,of=100.00,percent=2,currency=USD",
		alert.WhyProbe:         "merchant=Acme Verify,amount=0.17,currency=USD",
		alert.WhyDeposit:       "merchant=Aunt Vera,amount=6000.00,highest=2500.00,times=24,currency=USD",
		alert.WhyBlocked:       "merchant=Fig Tree,amount=9.00,day=2026-06-20,currency=USD",
		alert.WhyOverdraft:     "account=Daily,merchant=rent office,held=700.00,amount=900.00,after=-200.00,day=2026-07-01,currency=USD",
		alert.WhyLow:           "account=Daily,held=450.00,amount=500.00,day=2026-06-20,currency=USD",
		alert.WhyIncomeLate:    "merchant=works,amount=2500.00,day=2026-06-20,days=4,currency=USD",
		alert.WhyRefundMissing: "merchant=Sky Agency,amount=100.00,day=2026-06-20,since=2026-06-06,currency=USD",
		alert.WhyLinkLost:      "account=Daily,day=2026-06-20,days=3",

		alert.NormalSeen: "merchant=Camera World", alert.NormalUpToAnywhere: "amount=43.51,currency=USD", alert.NormalFewer: "times=4",
		alert.NormalCountry: "country=FR", alert.NormalOtherCard: "country=FR,days=7", alert.NormalSlower: "hours=11", alert.NormalSameCountry: "country=US",
		alert.NormalVaries: "merchant=Stream Box,percent=10", alert.NormalTrusted: "merchant=Stream Box", alert.NormalNoTrial: "merchant=Fit App",
		alert.NormalNotCancelled: "merchant=Stream Box", alert.NormalWithin: "days=64", alert.NormalPayee: "merchant=Jo Stranger",
		alert.NormalLess: "amount=7500.00,currency=USD", alert.NormalSender: "merchant=Zed Sender", alert.NormalStays: "percent=20,hours=72",
		alert.NormalCashUpTo: "amount=60.00,currency=USD", alert.NormalDepositUpTo: "amount=2500.00,currency=USD", alert.NormalUnblocked: "merchant=Fig Tree",
		alert.NormalFunds: "amount=900.00,day=2026-07-01,currency=USD", alert.NormalFloor: "amount=500.00,currency=USD",
		alert.NormalIncome: "merchant=works,day=2026-06-24", alert.NormalRefundCame: "merchant=Sky Agency,amount=100.00,percent=5,currency=USD",
		alert.NormalRead: "days=3",
	} {
		values := map[string]string{}
		for _, pair := range strings.Split(text, ",") {
			name, value, _ := strings.Cut(pair, "=")
			values[name] = value
		}
		sent[id] = values
	}
}
