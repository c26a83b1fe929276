//! Which pictures a product has: one for each colour, one from near, and two colours together.

use crate::{
    art::{Backdrop, Look, Object, Picture, Tone, View},
    content::{ColourTarget, ContentError, ProductEntry, Shelf, seed_of},
};

/// A picture to be drawn, and what it is about.
#[derive(Debug, Clone)]
pub struct PlannedPicture {
    /// What a screen reader says.
    pub alt: String,
    /// The colour it shows, where the shopper chooses one.
    pub colour: Option<String>,
    /// What to draw.
    pub picture: Picture,
}

/// The pictures of a product, the first one first.
pub fn pictures_of(shelf: &Shelf, product: &ProductEntry) -> Result<Vec<PlannedPicture>, ContentError> {
    let unknown = |name: &str| ContentError::Unknown {
        owner: product.slug.clone(),
        name: name.to_owned(),
    };
    let tone = |name: &str| Tone::named(name).ok_or_else(|| unknown(name));
    let object = Object::named(&product.art.object).ok_or_else(|| unknown(&product.art.object))?;
    let backdrop = Backdrop::named(&shelf.category.backdrop).ok_or_else(|| unknown(&shelf.category.backdrop))?;
    let tint = tone(&product.art.tint)?;
    let main = tone(product.art.main.as_deref().unwrap_or("Oat"))?;
    let accent = product.art.accent.as_deref().map_or(Ok(main), tone)?;
    let base = Look {
        main,
        accent,
        style: product.art.style,
        seed: seed_of(&product.slug) % 1000,
    };

    let mut looks = Vec::new();
    if let Some((_, option)) = product.colour_values() {
        for value in &option.values {
            let chosen = tone(value)?;
            let look = match product.art.colours {
                ColourTarget::Main => Look { main: chosen, ..base },
                ColourTarget::Accent => Look { accent: chosen, ..base },
            };
            looks.push((Some(value.clone()), look));
        }
    } else {
        looks.push((None, base));
    }

    let planned = |alt: String, colour: Option<String>, look: Look, view: View| PlannedPicture {
        alt,
        colour,
        picture: Picture {
            object,
            look,
            backdrop,
            tint,
            view,
        },
    };
    let title = &product.title;
    let mut pictures: Vec<PlannedPicture> = looks
        .iter()
        .map(|(colour, look)| {
            let alt = colour
                .as_ref()
                .map_or_else(|| title.clone(), |colour| format!("{title}, {colour}"));
            planned(alt, colour.clone(), *look, View::Front)
        })
        .collect();
    if let Some((_, look)) = looks.first().filter(|_| product.art.detail) {
        pictures.push(planned(format!("{title}: detail"), None, *look, View::Detail));
    }
    if let (Some((Some(one), look)), Some((Some(other), behind))) = (looks.first(), looks.get(1))
        && product.art.pair
        && product.art.colours == ColourTarget::Main
    {
        pictures.push(planned(
            format!("{title}: {one}, {other}"),
            None,
            *look,
            View::Pair(behind.main),
        ));
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{art, content::Content};

    #[test]
    fn every_picture_is_small_harmless_and_its_own() {
        let mut drawn = std::collections::BTreeSet::new();
        for content in [Content::souk().unwrap(), Content::toko().unwrap()] {
            for (shelf, product) in content.products() {
                let pictures = pictures_of(shelf, product).unwrap();
                assert!(!pictures.is_empty() && pictures.len() <= 8, "{}", product.slug);
                for planned in pictures {
                    let svg = art::draw(&planned.picture);
                    assert!(svg.len() < 12_000, "{}: {} bytes", planned.alt, svg.len());
                    for harmful in ["<script", "href", "http://", "data:", "<image", "<text", "style="] {
                        let allowed = usize::from(harmful == "http://");
                        assert_eq!(svg.matches(harmful).count(), allowed, "{}: {harmful}", planned.alt);
                    }
                    assert_eq!(
                        svg.matches("<g").count(),
                        svg.matches("</g>").count(),
                        "{}",
                        planned.alt
                    );
                    assert!(drawn.insert(svg), "{} is drawn twice", planned.alt);
                }
            }
        }
        assert!(drawn.len() > 250, "{}", drawn.len());
    }

    #[test]
    fn every_object_is_used() {
        let contents = [Content::souk().unwrap(), Content::toko().unwrap()];
        for object in Object::all() {
            let used = contents
                .iter()
                .any(|content| content.products().any(|(_, p)| p.art.object == object.name()));
            assert!(used, "{} is drawn by nobody", object.name());
        }
    }
}
