// Package layout finds places for everything in a picture: boxes in columns from left to right in the order of trust, and lines between
// them in channels between the columns.
//
// The steps, each in a file of its own:
//
//   - column: each lane gets one column, or several if its boxes call each other, so that most lines lead from left to right.
//   - net: flows with the same target and the same label share one line that ends in one arrow: a net.
//   - order: the boxes of a column, and the lines that pass it, are put in an order with few crossings.
//   - height: boxes get their heights and vertical places, so that most lines are straight.
//   - pin: the ends of lines are spread over the sides of boxes.
//   - track: the vertical parts of lines get tracks of their own in the channels.
//   - place: everything gets its coordinates.
//
// Labels stand between the last track and the box, above the end of their line, so they can meet neither lines nor boxes. The result
// depends on the picture alone.
package layout
