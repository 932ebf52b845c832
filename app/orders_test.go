//go:build !soak

package app_test

// interleavings is how often the works are let loose at once. The soak tag raises it.
const interleavings = 12

// bookKills is how often the process that imports and backs up is killed.
const bookKills = 4

// histories is how many lives are lived in which rows come, go and are spoken of in any order.
const histories = 4
