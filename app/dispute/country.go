package dispute

import (
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
)

// Place is a body of law: a country, or the countries that share one.
type Place string

// The places that have rules here. The empty one has none.
const (
	US Place = "us"
	UK Place = "uk"
	EU Place = "eu" // and the rest of the European Economic Area
	CA Place = "ca"
	AU Place = "au"
	NZ Place = "nz"
	ZA Place = "za"
	BR Place = "br"
)

var (
	places = map[string]Place{"US": US, "GB": UK, "UK": UK, "EU": EU, "CA": CA, "AU": AU, "NZ": NZ, "ZA": ZA, "BR": BR}
	area   = strings.Fields("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO")
)

// PlaceOf returns the law of an ISO 3166-1 country code, in any case.
func PlaceOf(country string) Place {
	country = strings.ToUpper(strings.TrimSpace(country))
	if slices.Contains(area, country) {
		return EU
	}
	return places[country]
}

// Countries lists the codes of the countries that have rules here; "EU" is some country of it.
func Countries() []string {
	all := slices.Clone(area)
	for code := range places {
		if code != "UK" {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	return all
}

// west is how far a bank's clock may be behind UTC there, in hours.
var west = map[Place]int{US: -8, UK: 0, EU: 0, CA: -8, AU: 8, NZ: 12, ZA: 2, BR: -4}

// DayZero returns the day from which the person's clocks are counted for something at the instant at: by the
// person's own calendar, zone, or by the bank's, whichever is earlier.
func DayZero(at time.Time, zone *time.Location, country string) ledger.Date {
	day := ledger.DateOf(at.In(zone))
	hours, known := west[PlaceOf(country)]
	if !known {
		return day
	}
	return min(day, ledger.DateOf(at.In(time.FixedZone("", hours*3600))))
}
