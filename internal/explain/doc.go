// Package explain says whether traffic is carried between two peers, and why: it finds the different outcomes between all places of the
// two, each with the controls on the way of one packet.
package explain
