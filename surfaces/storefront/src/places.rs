//! Countries, states and what else an address form offers and asks for.

use kernel::{AddressFormat, AddressPart, Locale};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

/// The typed state, as far as the country's addresses have one. `shown` is the country whose fields were on the page: a state
/// chosen of another country's list is none of this one's.
pub(crate) fn state_in(country: &str, shown: &str, state: &str) -> String {
    let same = shown.is_empty() || shown == country;
    if same && AddressFormat::of_code(country).has(AddressPart::State) {
        state.to_owned()
    } else {
        String::new()
    }
}

/// What is wrong with a field, by code: an empty state or postal code is missing rather than wrong.
pub(crate) fn code_of(code: &'static str, state: &str, postal_code: &str) -> &'static str {
    match code {
        "invalid_state" if state.trim().is_empty() => "required",
        "invalid_postal_code" if postal_code.trim().is_empty() => "required",
        _ => code,
    }
}

/// What an address form asks for, with the chosen ones marked.
#[derive(Serialize)]
pub(crate) struct PlacesView {
    /// The country whose fields these are.
    country: String,
    countries: Vec<Choice>,
    /// The fields below the street, in the country's order.
    parts: Vec<PartView>,
}

#[derive(Serialize)]
struct PartView {
    /// `city`, `state` or `postal_code`.
    name: &'static str,
    /// The key of its label.
    label: String,
    required: bool,
    /// What there is to choose from; empty where it is typed.
    choices: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    code: &'static str,
    name: &'static str,
    chosen: bool,
}

impl PlacesView {
    /// The fields for an address in that country, with that state.
    pub(crate) fn new(country: &str, state: &str, locale: Locale) -> Self {
        let format = AddressFormat::of_code(country);
        let choice = |(code, name): (&'static str, &'static str), chosen: &str| Choice {
            code,
            name,
            chosen: code == chosen,
        };
        let all = AddressFormat::all().iter();
        let mut countries: Vec<Choice> = all
            .map(|format| choice((format.country, format.name(locale)), country))
            .collect();
        countries.sort_by_cached_key(|country| country.name.nfd().filter(char::is_ascii).collect::<String>());
        let parts = format.parts().map(|part| {
            let (name, word, states) = match part {
                AddressPart::City => ("city", format.city_word, &[][..]),
                AddressPart::State => ("state", format.state_word, &format.states[..]),
                AddressPart::PostalCode => ("postal_code", format.postal_word, &[][..]),
            };
            PartView {
                name,
                label: format!("address-{}-{}", name.replace('_', "-"), word.replace('_', "-")),
                required: format.requires(part),
                choices: states.iter().map(|named| choice(*named, state)).collect(),
            }
        });
        Self {
            country: country.to_owned(),
            countries,
            parts: parts.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_another_country_is_none() {
        assert_eq!(state_in("US", "", "CA"), "CA");
        assert_eq!(state_in("IT", "IT", "CA"), "CA");
        assert_eq!(state_in("IT", "US", "CA"), "");
        assert_eq!(state_in("DE", "DE", "CA"), "");
    }

    #[test]
    fn fields_follow_the_country() {
        let japan = PlacesView::new("JP", "13", Locale::EN);
        let parts: Vec<_> = japan
            .parts
            .iter()
            .map(|part| (part.label.as_str(), part.required, part.choices.len()))
            .collect();
        assert_eq!(
            parts,
            [
                ("address-postal-code-postal", true, 0),
                ("address-state-prefecture", true, 47)
            ]
        );
        let chosen = japan.parts[1].choices.iter().find(|state| state.chosen);
        assert_eq!(chosen.map(|state| state.name), Some("Tokyo"));
        assert_eq!(japan.countries[0].name, "Afghanistan");
        let names = |places: PlacesView| {
            places
                .countries
                .into_iter()
                .map(|country| country.name)
                .skip(1)
                .take(2)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(japan), ["Åland Islands", "Albania"]);
        assert_eq!(
            names(PlacesView::new("JP", "", Locale::ID)),
            ["Afrika Selatan", "Albania"]
        );
    }
}
