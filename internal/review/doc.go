// Package review lists what people should decide about a network from time to time: flows that expire or that nothing uses, exceptions,
// what controls let through beyond the flows, what a proof finds or cannot know, and groups of rules that AWS changes.
//
// It decides nothing itself. A topic about which nothing is known says so, and is never empty in silence.
package review
