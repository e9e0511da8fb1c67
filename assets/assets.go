// Package assets holds the files that travel inside the program: icons,
// translations and starter recipes. It has no logic.
package assets

import "embed"

// Icons are the stroke icons, "icons/<name>.svg".
//
//go:embed icons/*.svg
var Icons embed.FS

// Translations are flat JSON objects of dotted keys, one file for each area of
// the app and language: "translations/<language>/<area>.json".
//
//go:embed translations/*/*.json
var Translations embed.FS

// Recipes are the starters: what an image needs to be run well, one file each,
// "recipes/<id>.json", with its words in every language.
//
//go:embed recipes/*.json
var Recipes embed.FS
