package alert

import (
	"strings"
	"testing"
)

func TestEveryPlaceIsRead(t *testing.T) {
	read := 0
	for country, places := range countryPlaces() {
		if len(country) != 2 {
			t.Errorf("a country %q", country)
		}
		for _, p := range places {
			if read++; p.north < -90 || p.north > 90 || p.east < -180 || p.east > 180 {
				t.Errorf("%s has a place at %v", country, p)
			}
		}
	}
	if commas := strings.Count(zonePlaces, ","); read != commas {
		t.Errorf("%d places of %d", read, commas)
	}
}

func TestTheLeastWayBetweenCountries(t *testing.T) {
	for pair, want := range map[[2]string][2]int{
		{"GB", "FR"}: {0, 0}, {"GB", "GB"}: {0, 0}, {"GB", "ZZ"}: {0, 0}, {"US", "CA"}: {0, 0}, {"RU", "US"}: {0, 500},
		{"GB", "US"}: {3500, 4800}, {"GB", "AU"}: {12000, 14500}, {"PT", "BR"}: {3000, 5500}, {"JP", "NZ"}: {7000, 8500},
	} {
		km, back := kilometres(pair[0], pair[1]), kilometres(pair[1], pair[0])
		if km < want[0] || km > want[1] || km != back {
			t.Errorf("%v: %d km, and %d back; want %v", pair, km, back, want)
		}
	}
}
