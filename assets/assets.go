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

// Glossary is the words of containers, explained: "glossary/terms.json" says
// which there are, "glossary/<language>.json" has their words.
//
//go:embed glossary/*.json
var Glossary embed.FS

// Lessons are what Escale teaches, one file for each lesson and language,
// "lessons/<language>/<id>.md"; docs/lessons.md says how they are written.
//
//go:embed lessons/*/*.md
var Lessons embed.FS
