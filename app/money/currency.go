package money

// exponents lists the ISO 4217 currencies whose minor unit is not a hundredth.
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Exponent returns how many decimal digits the minor unit of currency has: 2 for USD,
// 0 for JPY, 3 for KWD (ISO 4217). A code that ISO does not list has 2.
func Exponent(currency string) int {
	if e, listed := exponents[currency]; listed {
		return e
	}
	return 2
}

// KnownForm reports whether currency has the form of an ISO 4217 code: three capitals A-Z.
func KnownForm(currency string) bool {
	if len(currency) != 3 {
		return false
	}
	for i := range 3 {
		if currency[i] < 'A' || currency[i] > 'Z' {
			return false
		}
	}
	return true
}
