//! Countries and states that address forms offer. Codes are those of ISO 3166; a state's is the part after the hyphen.

use serde::Serialize;

/// Countries, by English name.
pub(crate) const COUNTRIES: &[(&str, &str)] = &[
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("BG", "Bulgaria"),
    ("CA", "Canada"),
    ("HR", "Croatia"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("EE", "Estonia"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("GR", "Greece"),
    ("HU", "Hungary"),
    ("IN", "India"),
    ("ID", "Indonesia"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("JP", "Japan"),
    ("LV", "Latvia"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("MY", "Malaysia"),
    ("MT", "Malta"),
    ("NL", "Netherlands"),
    ("NZ", "New Zealand"),
    ("NO", "Norway"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("RO", "Romania"),
    ("SG", "Singapore"),
    ("SK", "Slovakia"),
    ("SI", "Slovenia"),
    ("ES", "Spain"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("GB", "United Kingdom"),
    ("US", "United States"),
];

/// Countries whose addresses need a state, with what a select offers.
const STATES: [(&str, &str, &str); 4] = [
    ("US", "United States", US),
    ("CA", "Canada", CA),
    ("AU", "Australia", AU),
    ("ID", "Indonesia", ID),
];

const US: &str = "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|\
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|\
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|\
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|\
OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|\
VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico|GU Guam|VI US Virgin Islands|\
AS American Samoa|MP Northern Mariana Islands|AA Armed Forces Americas|AE Armed Forces Europe|AP Armed Forces Pacific";
const CA: &str = "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NS Nova Scotia|\
NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon";
const AU: &str = "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|QLD Queensland|\
SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia";
const ID: &str = "AC Aceh|BA Bali|BB Bangka Belitung|BT Banten|BE Bengkulu|YO DI Yogyakarta|JK DKI Jakarta|GO Gorontalo|\
JA Jambi|JB Jawa Barat|JT Jawa Tengah|JI Jawa Timur|KB Kalimantan Barat|KS Kalimantan Selatan|KT Kalimantan Tengah|\
KI Kalimantan Timur|KU Kalimantan Utara|KR Kepulauan Riau|LA Lampung|MA Maluku|MU Maluku Utara|NB Nusa Tenggara Barat|\
NT Nusa Tenggara Timur|PA Papua|PB Papua Barat|RI Riau|SR Sulawesi Barat|SN Sulawesi Selatan|ST Sulawesi Tengah|\
SG Sulawesi Tenggara|SA Sulawesi Utara|SB Sumatera Barat|SS Sumatera Selatan|SU Sumatera Utara";

/// The chosen state, or none where the country has none on offer: the select may still show the one chosen for another.
pub(crate) fn state_in(country: &str, state: &str) -> String {
    let known = STATES.iter().any(|(code, _, _)| *code == country);
    if known { state.to_owned() } else { String::new() }
}

/// The name of a country on offer.
pub(crate) fn country_name(code: &str) -> Option<&'static str> {
    COUNTRIES
        .iter()
        .find_map(|(other, name)| (*other == code).then_some(*name))
}

/// What the selects of an address form offer, with the chosen ones marked.
#[derive(Serialize)]
pub(crate) struct PlacesView {
    countries: Vec<Choice>,
    states: Vec<StateGroup>,
}

#[derive(Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Serialize)]
struct StateGroup {
    country: &'static str,
    name: &'static str,
    states: Vec<Choice>,
}

impl PlacesView {
    /// The selects for an address with that country and state. The chosen country's states come first.
    pub(crate) fn new(country: &str, state: &str) -> Self {
        let countries = COUNTRIES
            .iter()
            .map(|(code, name)| Choice {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                chosen: *code == country,
            })
            .collect();
        let mut states: Vec<StateGroup> = STATES
            .into_iter()
            .map(|(code, name, states)| StateGroup {
                country: code,
                name,
                states: states
                    .split('|')
                    .filter_map(|entry| entry.split_once(' '))
                    .map(|(state_code, name)| Choice {
                        code: state_code.to_owned(),
                        name: name.to_owned(),
                        chosen: code == country && state_code == state,
                    })
                    .collect(),
            })
            .collect();
        states.sort_by_key(|group| group.country != country);
        Self { countries, states }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Address, CountryCode};

    use super::*;

    #[test]
    fn every_state_on_offer_is_accepted() {
        for group in PlacesView::new("US", "CA").states {
            for state in group.states {
                let postal_code = match group.country {
                    "CA" => "K1A 0B1",
                    "AU" => "2000",
                    _ => "90210",
                };
                let address = Address {
                    state: state.code.clone(),
                    postal_code: postal_code.to_owned(),
                    country: CountryCode::parse(group.country).unwrap(),
                    ..Address::sample()
                };
                assert!(address.checked().is_ok(), "{} {}", group.country, state.code);
            }
        }
    }
}
