package provider

// KeysOf are the keys of each table of the format, "" being the top of a file.
func KeysOf() map[string][]string {
	all := map[string][]string{}
	for table, keys := range fields(new(Provider)) {
		for key := range keys {
			all[table] = append(all[table], key)
		}
	}
	return all
}

// AllNeeds are the things that a file may ask the person for.
func AllNeeds() []Need { return allNeeds }
