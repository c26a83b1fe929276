//! The places where shoppers may fetch orders, with their opening hours.

use inventory::Location;
use kernel::Locale;
use serde::Serialize;
use web::{Answer, Visitor};

use crate::{head::Head, layout};

#[derive(Serialize)]
struct LocationsView {
    locations: Vec<LocationView>,
}

#[derive(Serialize)]
struct LocationView {
    name: String,
    address: Vec<String>,
    phone: String,
    /// The hours of each day from Monday on; none when they are not told.
    hours: Vec<String>,
}

pub(crate) async fn show(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let locations = inventory::list_locations(&mut ctx).await?;
    ctx.rollback().await;
    let view = LocationsView {
        locations: locations
            .into_iter()
            .filter_map(|location| view(location, visitor.locale))
            .collect(),
    };
    let head = Head {
        description: visitor.translate("locations-description", &[("store", &visitor.store().name)]),
        ..Head::default()
    };
    layout::page_about(&visitor, "storefront/locations.html", &view, head).await
}

fn view(location: Location, locale: Locale) -> Option<LocationView> {
    let terms = location.terms;
    let address = terms.address.filter(|_| terms.active && terms.pickup)?;
    let told = !terms.hours.is_empty();
    Some(LocationView {
        name: terms.name,
        address: address.label_lines(locale),
        phone: address.phone,
        hours: if told { terms.hours.days().to_vec() } else { Vec::new() },
    })
}
