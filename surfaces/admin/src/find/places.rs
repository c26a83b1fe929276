//! Rooms and actions by their names.

use kernel::Permission::{
    self, ManageJobs, ManageSettings, ManageStaff, ModerateReviews, ReadCatalog, ReadMessages, ReadOrders, RunImports,
    WriteCatalog, WriteContent, WriteCoupons,
};
use web::{Staff, can};

use super::{Entry, Group};
use crate::settings::PAGES;

/// The rooms: the key of the name, the address, and what somebody needs to enter.
const ROOMS: &[(&str, &str, Option<Permission>)] = &[
    ("admin-nav-home", "/admin", None),
    ("admin-nav-orders", "/admin/orders", Some(ReadOrders)),
    ("admin-nav-parcels", "/admin/parcels", Some(ReadOrders)),
    ("admin-find-pick-list", "/admin/parcels/pick-list", Some(ReadOrders)),
    ("admin-nav-products", "/admin/products", Some(ReadCatalog)),
    ("admin-nav-stock", "/admin/stock", Some(ReadCatalog)),
    ("admin-nav-categories", "/admin/categories", Some(ReadCatalog)),
    ("admin-nav-collections", "/admin/collections", Some(ReadCatalog)),
    ("admin-content-pages", "/admin/pages", Some(WriteContent)),
    ("admin-content-home-page", "/admin/home-page", Some(WriteContent)),
    ("admin-content-menus", "/admin/menus", Some(WriteContent)),
    ("admin-content-announcement", "/admin/announcement", Some(WriteContent)),
    ("admin-nav-redirects", "/admin/redirects", Some(ReadCatalog)),
    ("admin-nav-customers", "/admin/customers", Some(ReadOrders)),
    ("admin-nav-coupons", "/admin/coupons", Some(WriteCoupons)),
    ("admin-customer-groups", "/admin/customer-groups", Some(WriteCoupons)),
    ("admin-price-lists", "/admin/price-lists", Some(WriteCoupons)),
    ("admin-nav-reviews", "/admin/reviews", Some(ModerateReviews)),
    ("admin-nav-imports", "/admin/imports", Some(RunImports)),
    ("admin-nav-mail", "/admin/mail", Some(ReadMessages)),
    ("admin-nav-texts", "/admin/texts", Some(ReadMessages)),
    ("admin-nav-pushes", "/admin/pushes", Some(ReadMessages)),
    ("admin-nav-jobs", "/admin/jobs", Some(ManageJobs)),
    ("admin-nav-keys", "/admin/keys", Some(ManageSettings)),
];

/// What somebody may do at once.
const ACTIONS: &[(&str, &str, Permission)] = &[
    ("admin-product-new", "/admin/products/new", WriteCatalog),
    ("admin-category-new", "/admin/categories/new", WriteCatalog),
    ("admin-collection-new", "/admin/collections/new", WriteCatalog),
    ("admin-page-new", "/admin/pages/new", WriteContent),
    ("admin-coupon-new", "/admin/coupons/new", WriteCoupons),
    ("admin-price-list-new", "/admin/price-lists/new", WriteCoupons),
    ("admin-import-new", "/admin/imports", RunImports),
    ("admin-redirect-new", "/admin/redirects", WriteCatalog),
    ("admin-location-new", "/admin/settings/locations/new", ManageSettings),
    ("admin-attribute-new", "/admin/settings/attributes/new", WriteCatalog),
    ("admin-zone-new", "/admin/settings/shipping/zones/new", ManageSettings),
    ("admin-find-invite", "/admin/settings/staff", ManageStaff),
    ("admin-role-new", "/admin/settings/roles/new", ManageStaff),
];

/// What this member of staff may open and do, as far as each typed word begins a word of its name.
pub(super) fn places(staff: &Staff<can::WorkHere>, typed: &str) -> Vec<Group> {
    let held = &staff.member().permissions;
    let entry = |key: &str, note: String, url: String| {
        let title = staff.translate(key, &[]);
        begins(&format!("{title} {note}"), typed).then_some(Entry { title, note, url })
    };
    let rooms = ROOMS
        .iter()
        .filter(|(_, _, needed)| needed.is_none_or(|needed| held.contains(&needed)))
        .filter_map(|(key, url, _)| entry(key, String::new(), (*url).to_owned()));
    let settings = staff.translate("admin-nav-settings", &[]);
    let pages = PAGES
        .iter()
        .filter(|(_, needed)| held.contains(needed))
        .filter_map(|(name, _)| {
            let key = format!("admin-settings-{name}");
            entry(&key, settings.clone(), format!("/admin/settings/{name}"))
        });
    let actions = ACTIONS
        .iter()
        .filter(|(_, _, needed)| held.contains(needed))
        .filter_map(|(key, url, _)| entry(key, String::new(), (*url).to_owned()));
    vec![
        Group {
            title: staff.translate("admin-find-rooms", &[]),
            entries: rooms.chain(pages).collect(),
        },
        Group {
            title: staff.translate("admin-find-actions", &[]),
            entries: actions.collect(),
        },
    ]
}

/// Whether each typed word begins a word of a name.
fn begins(name: &str, typed: &str) -> bool {
    let name = name.to_lowercase();
    let typed = typed.to_lowercase();
    typed
        .split_whitespace()
        .all(|beginning| name.split_whitespace().any(|word| word.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_begins_a_word_of_the_name() {
        for (typed, fits) in [
            ("", true),
            ("new", true),
            ("PRO ne", true),
            ("duct", false),
            ("new order", false),
        ] {
            assert_eq!(begins("New product", typed), fits, "{typed}");
        }
    }
}
