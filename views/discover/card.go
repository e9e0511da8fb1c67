package discover

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// card is one image to run. A tap opens its page.
type card struct {
	item     item
	press    *kit.Press
	portrait *portrait
	stars    *figure
	pulls    *figure
}

func (v *Screen) newCard(it item, at int) *card {
	c := &card{item: it, portrait: newPortrait(it.name, it.initials, 42)}
	c.stars, c.pulls = newFigure(theme.IconStar), newFigure(theme.IconDownload)
	if it.figures {
		c.setFigures(it.stars, it.pulls)
	}
	name := []fyne.CanvasObject{kit.NewText(it.title, theme.Strong, theme.Ink).Ellipsis(), mark(it)}
	head := kit.Row(theme.Space3, c.portrait.box, kit.Grow(kit.Col(3, name...)))
	run := kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("action.run"), func() {
		v.host.Open(nav.Route{Place: nav.Run, ID: it.run})
	})
	foot := kit.Row(theme.Space3, c.stars.box, c.pulls.box, kit.Grow(kit.Gap(0, 28)), run)
	text := kit.NewParagraph(it.text, theme.Small, theme.InkMuted).MaxLines(2)
	body := kit.Col(theme.Space3, head, text, foot)
	c.press = kit.NewPress(kit.Pad(theme.Space4, body), theme.RadiusCard, kit.CardLook, func() {
		v.host.Open(nav.Route{Place: nav.Repository, ID: it.name})
	}).Named(it.name)
	c.press.OnKey = func(key *fyne.KeyEvent) bool { return v.moveFrom(at, key) }
	return c
}

// mark says who stands behind an image, or that it is here already.
func mark(it item) fyne.CanvasObject {
	switch {
	case it.local:
		return kit.Start(kit.Tag(theme.IconCheck, say.L("discover.here"), theme.Running, theme.RunningSoft))
	case it.official:
		return kit.Start(kit.Tag(theme.IconOfficial, say.L("discover.official"), theme.Accent, theme.AccentSoft))
	case it.owner != "":
		return kit.Fixed(0, 20, kit.NewText(say.L("discover.by", "Owner", it.owner), theme.Small, theme.InkFaint).Ellipsis())
	}
	return kit.Gap(0, 20)
}

func (c *card) setFigures(stars int, pulls int64) {
	c.stars.set(int64(stars))
	c.pulls.set(pulls)
}

// figure is an icon and a number, or nothing while the number is unknown.
type figure struct {
	box  *fyne.Container
	text *kit.Text
}

func newFigure(icon theme.IconName) *figure {
	f := &figure{text: kit.NewText("", theme.Small, theme.InkFaint)}
	f.box = kit.Row(5, kit.NewIcon(icon, 14, theme.InkFaint), f.text)
	f.box.Hide()
	return f
}

func (f *figure) set(n int64) {
	if n < 0 {
		return
	}
	f.text.SetText(say.Short(n))
	f.box.Show()
}

// portrait is a repository's logo, or its initials until there is one.
type portrait struct {
	box  *fyne.Container
	size float32
	done bool
}

func newPortrait(name, initials string, size float32) *portrait {
	return &portrait{box: container.NewStack(kit.Glyph(name, initials, size)), size: size}
}

// setLogo shows a picture on a white tile, as logos are drawn for.
func (p *portrait) setLogo(logo image.Image) {
	if p.done {
		return
	}
	p.done = true
	picture := canvas.NewImageFromImage(logo)
	picture.FillMode, picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
	back := kit.NewSurface(theme.OnAccent, p.size*0.28).WithStroke(theme.Hairline)
	kit.SetChildren(p.box, kit.Fixed(p.size, p.size, container.NewStack(back, kit.Pad(p.size*0.12, picture))))
}
