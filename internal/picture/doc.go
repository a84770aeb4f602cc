// Package picture is the model of a drawing of a network: boxes that stand in lanes, and flows from box to box.
//
// It holds values only. Package survey makes a picture of templates, package layout finds places for everything in it, and packages svg,
// mermaid and drawio write it. The package must not know templates, coordinates or formats.
//
// A picture that is too large to read is folded: boxes that are alike become one box. [Picture.Fold] first joins boxes that exchange the
// same with the same others, which loses nothing. If that is not enough, it makes a summary, and says so.
package picture
