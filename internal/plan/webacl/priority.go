package webacl

// The numbers of rules, in the order that AWS recommends (AWS Security Services Best Practices, WAF): rules about the client
// alone first, then limits, then rules that read requests. All other numbers are free for rules of the app. They are identity:
// they never change.
const (
	antiDDoSPriority   = 100
	originPriority     = 1000
	sourcesPriority    = 1100
	blockedPriority    = 1200
	countriesPriority  = 1300
	hostsPriority      = 1400
	routesPriority     = 1500
	adminPriority      = 1600
	limitPriority      = 2000
	loginPriority      = 2100
	firstRatePriority  = 2200 // those with names follow, up to ratePriorities of them
	ratePriorities     = 800
	reputationPriority = 3000
	anonymousPriority  = 3100
	commonPriority     = 4000
	uploadsPriority    = 4100
	badInputsPriority  = 4200
	sqlPriority        = 5000
	linuxPriority      = 5100
	posixPriority      = 5200
	windowsPriority    = 5300
	phpPriority        = 5400
	wordPressPriority  = 5500
	botPriority        = 8000
)
