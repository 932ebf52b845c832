package say

// alertPhrases are the sentences of the detectors: why, the labels of the numbers, and what would
// have made it normal.
var alertPhrases = []phrase{}
