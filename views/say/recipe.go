package say

import (
	"errors"

	"escale/app/command"
	"escale/app/recipefile"
)

// RecipeProblem says why a recipe cannot be opened or written, and what to do.
func RecipeProblem(err error) Message {
	e, _ := errors.AsType[*recipefile.Error](err)
	if e == nil {
		e = &recipefile.Error{Why: recipefile.Closed}
	}
	field := e.Field
	if field == "" {
		field = "JSON"
	}
	message := func(title, hint string) Message { return Message{Title: title, Hint: hint, Detail: e.Error()} }
	switch e.Why {
	case recipefile.Missing:
		return message(L("recipe.bad.missing"), L("recipe.bad.missing.text"))
	case recipefile.Closed:
		return message(L("recipe.bad.closed"), L("recipe.bad.closed.text"))
	case recipefile.TooLarge:
		return message(L("recipe.bad.large"), L("recipe.bad.large.text"))
	case recipefile.NotRecipe:
		return message(L("recipe.bad.other"), L("recipe.bad.other.text"))
	case recipefile.Damaged:
		return message(L("recipe.bad.damaged"), L("recipe.bad.damaged.text"))
	case recipefile.Newer:
		return message(L("recipe.bad.newer"), L("recipe.bad.newer.text"))
	case recipefile.Unknown:
		return message(L("recipe.bad.unknown"), L("recipe.bad.unknown.text", "Field", field))
	case recipefile.Forbidden:
		return message(L("recipe.bad.forbidden"), L("recipe.bad.forbidden.text", "Field", field))
	case recipefile.NoName:
		return message(L("recipe.bad.noname"), L("recipe.bad.noname.text"))
	case recipefile.Bad:
	}
	return message(L("recipe.bad.value"), L("recipe.bad.value.text", "Field", field))
}

// RecipeUnsavable says why a form cannot be saved as a recipe.
func RecipeUnsavable(err error) Message {
	e, _ := errors.AsType[*recipefile.Error](err)
	if e != nil && (e.Why == recipefile.Bad || e.Why == recipefile.TooLarge) {
		field := e.Field
		if field == "" {
			field = "…"
		}
		return Message{Title: L("recipe.unsavable"), Hint: L("recipe.unsavable.text", "Field", field), Detail: e.Error()}
	}
	return RecipeProblem(err)
}

// LeftWords say why parts of a command, or of a container, were not taken over.
func LeftWords(why command.Why, words string) string {
	switch why {
	case command.NotHeld:
		return L("run.left.notheld", "Words", words)
	case command.Wall:
		return L("run.left.wall", "Words", words)
	case command.Changed:
		return L("run.left.changed", "Words", words)
	case command.Asked:
		return L("run.left.asked", "Words", words)
	case command.Shell:
		return L("run.left.shell", "Words", words)
	case command.Elsewhere:
		return L("run.left.elsewhere", "Words", words)
	case command.Other:
		return L("run.left.other", "Words", words)
	case command.Strange:
		return L("run.left.strange", "Words", words)
	case command.Wrong:
	}
	return L("run.left.wrong", "Words", words)
}

// LineProblem says why a docker run line cannot be read, and what to do.
func LineProblem(err error) string {
	switch {
	case errors.Is(err, command.ErrNoImage):
		return L("paste.noimage")
	case errors.Is(err, command.ErrOpenQuote):
		return L("paste.quote")
	case errors.Is(err, command.ErrTooLong):
		return L("paste.long")
	}
	return L("paste.norun")
}
