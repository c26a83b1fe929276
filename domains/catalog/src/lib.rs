#![doc = include_str!("../README.md")]

mod addresses;
mod archive_product;
mod assign_categories;
mod assign_collection;
mod attach;
mod attachment;
mod attribute;
mod attributes;
mod axes;
mod categories;
mod category;
mod category_choices;
mod category_names;
mod category_tree;
mod change_images;
mod change_list_prices;
mod change_products;
mod change_terms;
mod choice;
mod codes;
mod collection;
mod collections;
mod create_attribute;
mod create_category;
mod create_collection;
mod create_price_list;
mod create_product;
mod create_variant;
mod delete_price_list;
mod describe;
mod dimensions;
pub mod events;
mod extras;
mod facets;
mod filter;
mod find;
mod generate_variants;
mod gtin;
mod html;
mod identify;
mod input;
mod known_slugs;
mod label;
mod list;
mod list_whole;
mod look_up;
mod measure;
mod member_price;
mod move_category;
mod names;
mod needs;
mod nesting;
mod personal;
mod placed_categories;
mod popularity;
mod price_history;
mod price_list;
mod price_lists;
mod product;
mod put_list_prices;
mod quantity_rule;
mod rating;
mod recognise;
mod refresh_in_stock;
pub mod reindex;
mod related;
mod require_version;
mod rules;
mod sellable;
mod set_images;
mod store;
#[cfg(test)]
mod tests;
mod turn_prices;
mod update_attribute;
mod update_category;
mod update_collection;
mod update_price_list;
mod update_product;
mod update_variant;
mod update_variants;
mod upsert;
mod upsert_plan;
mod variant;
mod variant_order;
mod words;

pub use addresses::{ProductAddress, list_address_parts, list_addresses};
pub use archive_product::archive_product;
pub use assign_categories::{AssignError, assign_categories};
pub use assign_collection::{AssignCollectionError, Member, arrange_collection, assign_collection};
pub use attach::{NewAttachment, arrange_attachments, attach, detach, list_attachments};
pub use attachment::{Attachment, AttachmentKind};
pub use attribute::{Attribute, AttributeKind, AttributeTerms, AttributeValue};
pub use attributes::{
    attributes_for, count_products_with, find_attribute, list_attributes, page_attributes, public_attributes,
    shown_attributes,
};
pub use axes::{Axis, MOST_VARIANTS};
pub use categories::{find_category, find_category_redirect, list_categories, list_counted_categories};
pub use category::{Category, CategoryDetails, CategoryNode, path_to};
pub use category_choices::{
    CategoryChoice, CategoryChoices, FoundCategories, category_called, category_choices, find_choices, known_categories,
};
pub use category_names::{CategoryName, category_names};
pub use change_images::{add_image, assign_image, remove_image};
pub use change_list_prices::{ChangeListPrices, change_list_prices};
pub use change_products::{
    BulkChange, ChangeProductsError, ChangedProducts, PlannedChange, change_products, plan_products,
};
pub use change_terms::{ChangeTerms, change_terms};
pub use choice::{Choice, ChoiceFacet, choice_code, choice_facets, choices_by_name};
pub use codes::{check_barcode, check_hs_code, check_tax_category};
pub use collection::Collection;
pub use collections::{
    Preview, Previewed, find_collection, find_collection_by_id, find_collection_redirect, list_collections,
    list_shown_collections, page_collections, preview_collection,
};
pub use create_attribute::{AttributeError, NewAttribute, create_attribute};
pub use create_category::{CategoryError, NewCategory, create_category};
pub use create_collection::{CollectionError, NewCollection, create_collection};
pub use create_price_list::{PriceListError, create_price_list};
pub use create_product::{CreateProductError, NewProduct, create_product};
pub use create_variant::{CreateVariantError, NewVariant, create_variant};
pub use delete_price_list::delete_price_list;
pub use describe::{ProductDescription, describe_products, describe_products_after};
pub use dimensions::Dimensions;
pub use extras::UpsertExtras;
pub use facets::facets;
pub use filter::{Facets, ProductFilter, Sort, Visibility};
pub use find::{FindError, find_product, find_product_by_id, find_slug_redirect, find_variant};
pub use generate_variants::{GenerateVariants, GenerateVariantsError, Generated, generate_variants};
pub use gtin::{gtin, is_gtin};
pub use html::{plain_text, sanitise_html};
pub use identify::{VariantKey, identify_variants};
pub use input::{HIGHEST_PRICE, changed_slug, check_address, check_text, check_title, is_moment_of_sale, slug_or_made};
pub use label::{Label, find_labels, labels};
pub use list::{ListError, count_products, list_counted_products, list_products, list_products_by_id};
pub use list_whole::{list_published_whole, list_whole};
pub use look_up::{LookedUp, look_up};
pub use measure::{Amount, Measure, MeasureUnit};
pub use member_price::{Buyer, ListName, ListOffer, PriceBreak, PriceStep, UnitPrice};
pub use move_category::{Direction, delete_category, move_category};
pub use names::{VariantName, find_variants, variant_names};
pub use nesting::unnested;
pub use personal::{MOST_PERSONAL_FIELDS, PersonalField, PersonalFieldKind, fill_in};
pub use placed_categories::{
    CategoryFilter, PlacedCategory, find_category_by_id, find_placed_category, page_categories, page_shown_categories,
};
pub use popularity::set_sold;
pub use price_history::{
    ListPriceChange, PriceChange, list_list_price_changes, list_price_changes, lowest_of_late, lowest_prices,
};
pub use price_list::{ListedVariant, MOST_BREAKS, PriceList, PriceListState, PriceListTerms};
pub use price_lists::{
    PriceListSort, find_listed_variant, find_price_list, list_list_prices, list_price_lists, look_up_for_list,
    price_lists_of_group, price_lists_of_variant,
};
pub use product::{Attributes, Image, Product, ProductDetails, ProductKind, ProductStatus, ProductSummary};
pub use put_list_prices::{MOST_PUT, PricedVariant, PutPrice, put_list_prices, remove_list_price, set_list_prices};
pub use quantity_rule::{QuantityRefusal, QuantityRule};
pub use rating::{Rating, change_ratings, list_ratings, lock_ratings};
pub use recognise::{Recognised, has_products, recognise_products};
pub use refresh_in_stock::refresh_in_stock;
pub use related::{ProductName, first_unknown, name_products, products_of_slugs, slugs_by_id, slugs_of};
pub use require_version::require_version;
pub use rules::{Condition, ConditionField, ConditionTest, Matching, Rules};
pub use sellable::{MemberRange, list_offers, member_ranges, sellable, sellable_to, sellable_to_each};
pub use set_images::{NewImage, SetImagesError, set_images};
pub use turn_prices::turn_prices;
pub use update_attribute::{UpdateAttribute, delete_attribute, move_attribute, update_attribute};
pub use update_category::{CategoryChanges, UpdateCategory, update_category};
pub use update_collection::{
    CollectionChanges, UpdateCollection, delete_collection, require_collection_version, update_collection,
};
pub use update_price_list::{UpdatePriceList, update_price_list};
pub use update_product::{ProductChanges, UpdateProduct, UpdateProductError, update_product};
pub use update_variant::{UpdateVariant, UpdateVariantError, VariantChanges, update_variant};
pub use update_variants::{UpdateVariantsError, update_variants};
pub use upsert::{
    FormerName, Formerly, TakenSku, UpsertError, UpsertImage, UpsertProduct, UpsertVariant, Upserted, upsert_products,
};
pub use variant::{Sale, SellableVariant, Variant};
pub use variant_order::{VariantOrder, list_variants_in_order};
