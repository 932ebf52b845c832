package model

// Features names every feature, and the code of the parts that it counts to.
var Features = [featureCount]struct{ Name, Code string }{
	fSize: {"size", AmountKind}, fOverMedian: {"over-median", Amount}, fOverMedianSpread: {"over-median-spreads", Amount},
	fOverMost: {"over-most", Amount}, fOverP90: {"over-p90", Amount}, fOverP99: {"over-p99", Amount}, fRank: {"rank", Amount},
	fSpread: {"spread", Amount}, fMedian: {"median", Amount}, fRows: {"rows", History}, fTenure: {"tenure", History},
	fKindOver: {"kind-over", AmountKind}, fKindOverSpread: {"kind-over-spreads", AmountKind}, fKindOverMost: {"kind-over-most", AmountKind},
	fKindTimes: {"kind-times", Kind}, fKindSince: {"kind-since", Kind}, fKindShare: {"kind-share", Kind}, fKindHour: {"kind-hour", AtHour},
	fMerchantOver: {"merchant-over", AmountHere}, fMerchantOverSpread: {"merchant-over-spreads", AmountHere},
	fMerchantOverMost: {"merchant-over-most", AmountHere}, fMerchantTimes: {"merchant-times", NewMerchant},
	fMerchantSince: {"merchant-since", NewMerchant},
	fRows1h:        {"rows-1h", Rush}, fRows6h: {"rows-6h", Rush}, fRows24h: {"rows-24h", Rush}, fRows3d: {"rows-3d", Rush}, fRows7d: {"rows-7d", Rush},
	fPace: {"pace", Rush}, fBusy24h: {"busy-24h", Rush}, fSum24h: {"sum-24h", Spent}, fSum7d: {"sum-7d", Spent}, fSince: {"since", Rush},
	fHour: {"hour", AtHour}, fHourOdd: {"hour-odd", AtHour}, fNights24h: {"nights-24h", AtHour}, fNights3d: {"nights-3d", AtHour},
	fWhat: {"what", Kind}, fChannel: {"channel", Channel}, fChannelShare: {"channel-share", Channel},
	fCountryTimes: {"country-times", Country}, fCountryShare: {"country-share", Country},
	fSameMerchant24h: {"same-merchant-24h", Repeat}, fSameSize24h: {"same-size-24h", Repeat}, fSameKind24h: {"same-kind-24h", Rush},
	fNewMerchants24h: {"new-merchants-24h", NewMerchant}, fNewKinds24h: {"new-kinds-24h", Kind},
	fOverLast1: {"over-last", Heat}, fOverLast2: {"over-last-but-one", Heat}, fOverTop24h: {"over-top-24h", Heat},
	fOverTop3d: {"over-top-3d", Heat}, fOverTop14d: {"over-top-14d", Heat}, fHigh3d: {"high-3d", Heat}, fHigh14d: {"high-14d", Heat},
	fOverRecent: {"over-recent", Heat}, fWeekday: {"weekday", AtHour},
	fBase: {"first-score", Amount}, fBaseLast1: {"first-last", Heat}, fBaseLast2: {"first-last-but-one", Heat},
	fBaseTop6h: {"first-top-6h", Heat}, fBaseTop24h: {"first-top-24h", Heat}, fBaseTop3d: {"first-top-3d", Heat}, fBaseTop14d: {"first-top-14d", Heat},
	fBaseSum24h: {"first-sum-24h", Heat}, fBaseSum3d: {"first-sum-3d", Heat}, fBaseSum14d: {"first-sum-14d", Heat}, fBaseHot14d: {"first-hot-14d", Heat},
	fTheirs24h: {"theirs-24h", Heat}, fTheirs3d: {"theirs-3d", Heat}, fTheirs14d: {"theirs-14d", Heat}, fOverTheirs: {"over-theirs", Heat},
	fOverTheirsMost: {"over-theirs-most", Heat}, fOwned14d: {"owned-14d", Heat}, fOwned: {"owned", Heat}, fOwnedSince: {"owned-since", Heat},
	fOverOwned: {"over-owned", Heat},
}
