//! What shoppers may expect of a search.

use crate::TantivyEngine;
use kernel::{CategoryId, Locale, ProductId, StoreId, Time};
use search::{Choice, Engine as _, IndexKey, Order, ProductDocument, ProductQuery, Seen};
use tempfile::TempDir;
use uuid::Uuid;

const INDEX: u128 = 7;

fn index() -> IndexKey {
    IndexKey {
        store_id: StoreId::from(Uuid::from_u128(INDEX)),
        locale: Locale::EN,
    }
}

fn now() -> Time {
    Time::from_timestamp(1_000_000, 0).unwrap()
}

fn id(number: u128) -> ProductId {
    ProductId::from(Uuid::from_u128(number))
}

fn category(number: u128) -> CategoryId {
    CategoryId::from(Uuid::from_u128(number))
}

fn product(number: u128, title: &str) -> ProductDocument {
    let price = i64::try_from(number).unwrap() * 100;
    ProductDocument {
        id: id(number),
        title: title.to_owned(),
        summary: String::new(),
        kinds: Vec::new(),
        brand: String::new(),
        details: Vec::new(),
        codes: Vec::new(),
        categories: Vec::new(),
        prices: vec![price],
        in_stock: true,
        published_at: Time::from_timestamp(i64::try_from(number).unwrap(), 0).unwrap(),
        popularity: 0,
        stars: 0,
        rated: 0,
        choices: Vec::new(),
    }
}

fn shop() -> Vec<ProductDocument> {
    vec![
        ProductDocument {
            brand: "Kilnfolk".to_owned(),
            codes: vec!["MUG-OAT".to_owned(), "4006381333931".to_owned()],
            categories: vec![category(1), category(2)],
            summary: "A stoneware mug that holds 350 ml".to_owned(),
            ..product(1, "Everyday Mug")
        },
        ProductDocument {
            brand: "Marram".to_owned(),
            categories: vec![category(1)],
            in_stock: false,
            ..product(2, "Travel mug of steel, 500 ml")
        },
        ProductDocument {
            brand: "Undertone".to_owned(),
            kinds: vec!["Monitors".to_owned()],
            ..product(3, "Halo 27\" display")
        },
        ProductDocument {
            details: vec!["Fits every 27-inch display. Made for the everyday.".to_owned()],
            ..product(4, "Arm for a monitor")
        },
        product(5, "Bodhi Smartwatch"),
        product(6, "Rechargeable batteries, four pieces"),
        product(7, "Low Water LP"),
        product(8, "Water bottle, low"),
        product(9, "Crème brûlée torch"),
    ]
}

struct Shop {
    engine: TantivyEngine,
    _folder: TempDir,
}

impl Shop {
    fn open(products: &[ProductDocument]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = TantivyEngine::new(folder.path().to_owned());
        let mut rebuild = engine.rebuild(index()).unwrap();
        rebuild.add(products).unwrap();
        rebuild.finish("1").unwrap();
        Self {
            engine,
            _folder: folder,
        }
    }

    fn find(&self, query: &ProductQuery) -> Vec<u128> {
        let found = self.engine.search(index(), query).unwrap().unwrap();
        found.products.into_iter().map(|id| Uuid::from(id).as_u128()).collect()
    }

    fn words(&self, words: &str) -> Vec<u128> {
        self.find(&query(words))
    }
}

fn query(words: &str) -> ProductQuery {
    ProductQuery {
        words: words.to_owned(),
        now: now(),
        limit: 10,
        ..ProductQuery::default()
    }
}

#[test]
fn words_are_found_however_they_are_written() {
    let shop = Shop::open(&shop());
    for (words, wanted) in [
        ("mug", vec![1, 2]),
        ("MUGS", vec![1, 2]),
        ("everyday mug", vec![1]),
        ("smart watch", vec![5]),
        ("smartwatches", vec![5]),
        ("battery", vec![6]),
        ("creme brulee", vec![9]),
        ("27\" monitor", vec![3, 4]),
        ("27 inch monitors", vec![3, 4]),
        ("500ml", vec![2]),
        ("500 ML mug", vec![2]),
        ("mug-oat", vec![1]),
        ("MUGOAT", vec![1]),
        ("4006381333931", vec![1]),
        ("???", vec![]),
    ] {
        let found = shop.words(words);
        assert_eq!(found.get(..wanted.len()), Some(wanted.as_slice()), "{words}: {found:?}");
    }
    assert_eq!(shop.words("???"), Vec::<u128>::new());
    assert_eq!(shop.words("zzzzqqqq"), Vec::<u128>::new());
}

#[test]
fn quoted_words_stand_together() {
    let shop = Shop::open(&shop());
    assert_eq!(shop.words("low water").len(), 2);
    assert_eq!(shop.words("\"low water\""), [7]);
}

#[test]
fn a_slip_of_the_finger_is_forgiven_and_told() {
    let shop = Shop::open(&shop());
    for (typed, meant, product) in [
        ("smrtwatch", "smartwatch", 5),
        ("recharchable baterries", "rechargeable batteries", 6),
        ("everydai mug", "everyday mug", 1),
    ] {
        let found = shop.engine.search(index(), &query(typed)).unwrap().unwrap();
        assert_eq!(found.corrected.as_deref(), Some(meant), "{typed}");
        assert_eq!(found.products.first(), Some(&id(product)), "{typed}");
    }
    let found = shop.engine.search(index(), &query("mug")).unwrap().unwrap();
    assert_eq!(found.corrected, None);
}

#[test]
fn what_is_sold_out_stands_behind() {
    let mut products = vec![product(1, "Blue lamp"), product(2, "Blue lamp")];
    products.first_mut().unwrap().in_stock = false;
    assert_eq!(Shop::open(&products).words("lamp"), [2, 1]);
    products.first_mut().unwrap().in_stock = true;
    products.first_mut().unwrap().popularity = 40;
    assert_eq!(Shop::open(&products).words("lamp"), [1, 2]);
}

#[test]
fn a_list_is_narrowed_counted_and_sorted() {
    let shop = Shop::open(&shop());
    let found = shop.engine.search(index(), &query("mug")).unwrap().unwrap();
    assert_eq!(found.total, 2);
    assert_eq!(found.facets.in_stock, 1);
    assert_eq!(found.facets.price, Some((100, 200)));
    assert_eq!(
        found.facets.brands,
        [("Kilnfolk".to_owned(), 1), ("Marram".to_owned(), 1)]
    );
    let mut categories = found.facets.categories;
    categories.sort_unstable();
    assert_eq!(categories, [(category(1), 2), (category(2), 1)]);

    let all = ProductQuery {
        now: now(),
        limit: 3,
        ..ProductQuery::default()
    };
    let narrowed = |change: &dyn Fn(&mut ProductQuery)| {
        let mut query = all.clone();
        change(&mut query);
        shop.find(&query)
    };
    assert_eq!(narrowed(&|_| {}), [9, 8, 7]);
    assert_eq!(narrowed(&|query| query.offset = 3), [6, 5, 4]);
    assert_eq!(narrowed(&|query| query.offset = usize::MAX), []);
    assert_eq!(narrowed(&|query| query.order = Order::PriceAsc), [1, 2, 3]);
    assert_eq!(narrowed(&|query| query.order = Order::PriceDesc), [9, 8, 7]);
    assert_eq!(narrowed(&|query| query.order = Order::Title), [4, 5, 9]);
    assert_eq!(narrowed(&|query| query.category = Some(category(1))), [2, 1]);
    assert_eq!(narrowed(&|query| query.brand = Some("Marram".to_owned())), [2]);
    assert_eq!(narrowed(&|query| query.price_max = Some(200)), [2, 1]);
    assert_eq!(narrowed(&|query| query.price_min = Some(900)), [9]);
    let between = |lowest, highest| {
        narrowed(&|query| {
            query.price_min = Some(lowest);
            query.price_max = Some(highest);
        })
    };
    assert_eq!(between(200, 200), [2]);
    assert_eq!(between(300, 200), []);
    assert_eq!(
        narrowed(&|query| {
            query.category = Some(category(1));
            query.in_stock = true;
        }),
        [1]
    );
}

#[test]
fn a_product_is_found_by_a_price_that_a_variant_has_and_once() {
    let shirt = |number, prices: &[i64]| ProductDocument {
        prices: prices.to_vec(),
        ..product(number, "Shirt")
    };
    let shop = Shop::open(&[
        shirt(1, &[500, 3_000]),
        shirt(2, &[500, 1_200, 1_500, 3_000]),
        shirt(3, &[]),
    ]);
    for (lowest, highest, found) in [
        (Some(1_000), Some(2_000), vec![2]),
        (Some(500), Some(500), vec![2, 1]),
        (Some(2_500), Some(9_000), vec![2, 1]),
        (Some(3_001), None, vec![]),
        (None, Some(499), vec![]),
        (None, Some(500), vec![2, 1]),
    ] {
        let query = ProductQuery {
            price_min: lowest,
            price_max: highest,
            ..query("shirt")
        };
        let answer = shop.engine.search(index(), &query).unwrap().unwrap();
        assert_eq!(answer.total, found.len(), "{lowest:?} {highest:?}");
        let mut shown = shop.find(&query);
        shown.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(shown, found, "{lowest:?} {highest:?}");
    }
    let priced = shop.engine.search(index(), &query("shirt")).unwrap().unwrap();
    assert_eq!((priced.total, priced.facets.price), (3, Some((500, 3_000))));
}

#[test]
fn choices_and_stars_narrow_a_list_and_are_counted() {
    let choice = |name: &str, value: &str| Choice {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let shirt = |number, stars, popularity, choices: &[(&str, &str)]| ProductDocument {
        stars,
        rated: stars * 10,
        popularity,
        choices: choices.iter().map(|(name, value)| choice(name, value)).collect(),
        ..product(number, "Shirt")
    };
    let shop = Shop::open(&[
        shirt(1, 45, 2, &[("Color", "Red"), ("Color", "RED"), ("Size", "M")]),
        shirt(2, 30, 9, &[("color", "red"), ("Size", "L")]),
        shirt(3, 0, 5, &[("Color", "Blue"), ("Size", "M")]),
    ]);
    let all = ProductQuery {
        now: now(),
        limit: 3,
        ..ProductQuery::default()
    };
    let narrowed = |codes: &[&str]| ProductQuery {
        choices: search::choices_by_name(codes.iter().copied()),
        ..all.clone()
    };
    for (codes, left) in [
        (vec!["color.red"], vec![2, 1]),
        (vec!["color.red", "color.blue"], vec![3, 2, 1]),
        (vec!["color.red", "size.m"], vec![1]),
        (vec!["color.pink"], vec![]),
    ] {
        assert_eq!(shop.find(&narrowed(&codes)), left, "{codes:?}");
    }
    let by = |order| ProductQuery { order, ..all.clone() };
    assert_eq!(shop.find(&by(Order::BestSelling)), [2, 3, 1]);
    assert_eq!(shop.find(&by(Order::Rating)), [1, 2, 3]);
    let rated = ProductQuery {
        stars_min: Some(40),
        ..all.clone()
    };
    assert_eq!(shop.find(&rated), [1]);
    let counted = shop.engine.search(index(), &rated).unwrap().unwrap().facets;
    assert_eq!(counted.ratings, [1, 2, 2, 2], "as if it were not narrowed by them");

    let found = shop
        .engine
        .search(index(), &narrowed(&["color.blue"]))
        .unwrap()
        .unwrap();
    assert_eq!((found.total, found.facets.ratings), (1, [0; 4]));
    let mut counted = found.facets.choices;
    counted.sort();
    let wanted = [
        (choice("Color", "Blue"), 1),
        (choice("Color", "Red"), 1),
        (choice("Size", "M"), 1),
        (choice("color", "red"), 1),
    ];
    assert_eq!(
        counted, wanted,
        "other colors are counted too, other sizes only among blue ones"
    );
    let found = shop.engine.search(index(), &all).unwrap().unwrap();
    assert_eq!(found.facets.ratings, [1, 2, 2, 2]);
}

#[test]
fn typing_suggests_how_to_go_on() {
    let shop = Shop::open(&shop());
    let suggested = shop.engine.suggest(index(), "everyday mu", now(), 5).unwrap().unwrap();
    assert_eq!(suggested.words, ["everyday mug"]);
    assert_eq!(suggested.products, [id(1)]);
    let suggested = shop.engine.suggest(index(), "sm", now(), 5).unwrap().unwrap();
    assert_eq!(suggested.words, ["smartwatch"]);
    assert_eq!(
        shop.engine.suggest(index(), "  ", now(), 5).unwrap().unwrap().words,
        Vec::<String>::new()
    );
}

#[test]
fn what_is_named_as_somebody_types_is_suggested_first() {
    let blanket = ProductDocument {
        summary: "Lambswool, lambskin, lambs: lamb upon lamb".to_owned(),
        kinds: vec!["Lambswool".to_owned()],
        popularity: 1_000,
        ..product(1, "Blanket")
    };
    let sold_out = ProductDocument {
        in_stock: false,
        ..product(
            2,
            "A floor lamp of oak, with a very long name that says all there is to say of it",
        )
    };
    let shop = Shop::open(&[blanket, sold_out, product(3, "Lampshade"), product(4, "Lid")]);
    let suggested = shop.engine.suggest(index(), "lam", now(), 5).unwrap().unwrap();
    assert_eq!(suggested.products, [id(3), id(2), id(1)]);
    let most = shop.engine.suggest(index(), "lam", now(), 1).unwrap().unwrap();
    assert_eq!(most.products, [id(3)]);
}

fn has_seen(engine: &TantivyEngine) -> Option<String> {
    engine.seen(index()).unwrap().map(|known| known.seen)
}

#[test]
fn a_change_takes_the_place_of_what_was_known() {
    let shop = Shop::open(&shop());
    let renamed = product(1, "Morning cup");
    shop.engine.change(index(), &[renamed], &[id(2)], "5").unwrap();
    assert_eq!(shop.words("mug"), Vec::<u128>::new());
    assert_eq!(shop.words("morning"), [1]);
    assert_eq!(has_seen(&shop.engine).as_deref(), Some("5"));
}

#[test]
fn an_index_answers_while_the_next_one_is_built_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let engine = TantivyEngine::new(folder.path().to_owned());
    assert_eq!(has_seen(&engine), None);
    let build = |products: &[ProductDocument], seen: &'static str| {
        let mut rebuild = engine.rebuild(index()).unwrap();
        rebuild.add(products).unwrap();
        (rebuild, seen)
    };
    let (rebuild, seen) = build(&[product(1, "Old lamp")], "3");
    rebuild.finish(seen).unwrap();
    let (rebuild, seen) = build(&[product(1, "Old lamp"), product(2, "New lamp")], "9");
    assert_eq!(engine.search(index(), &query("lamp")).unwrap().unwrap().total, 1);
    rebuild.finish(seen).unwrap();
    assert_eq!(engine.search(index(), &query("lamp")).unwrap().unwrap().total, 2);

    let (abandoned, _) = build(&[], "10");
    drop(abandoned);
    let restarted = TantivyEngine::new(folder.path().to_owned());
    assert_eq!(has_seen(&restarted).as_deref(), Some("9"));
    assert_eq!(restarted.search(index(), &query("lamp")).unwrap().unwrap().total, 2);
}

/// An index that a first process made, with these products.
fn made(folder: &std::path::Path, products: &[ProductDocument]) -> TantivyEngine {
    let engine = TantivyEngine::new(folder.to_owned());
    let mut rebuild = engine.rebuild(index()).unwrap();
    rebuild.add(products).unwrap();
    rebuild.finish("1").unwrap();
    engine
}

#[test]
fn what_one_process_writes_another_finds() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(folder.path(), &[product(1, "Old lamp")]);
    let other = TantivyEngine::new(folder.path().to_owned());
    let lamps = || other.search(index(), &query("lamp")).unwrap().unwrap().total;
    let known = || other.seen(index()).unwrap().unwrap();
    let told = |seen: &str, is_news| Seen {
        seen: seen.to_owned(),
        is_news,
    };
    assert_eq!((known(), lamps()), (told("1", false), 1));
    first.change(index(), &[product(2, "New lamp")], &[], "2").unwrap();
    assert_eq!((known(), lamps()), (told("2", true), 2));
    assert_eq!(known(), told("2", false));
    drop(made(folder.path(), &[]));
    assert_eq!((known(), lamps()), (told("1", true), 0));
}

#[test]
fn an_index_that_cannot_be_read_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let running = made(folder.path(), &[product(1, "Lamp")]);
    let generation = folder
        .path()
        .join(index().store_id.to_string())
        .join(index().locale.to_string());
    let meta = generation.join("1").join("meta.json");
    let whole = std::fs::read(&meta).unwrap();
    std::fs::write(&meta, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(has_seen(&running), None);
    let started = TantivyEngine::new(folder.path().to_owned());
    assert_eq!(has_seen(&started), None);
    drop(made(folder.path(), &[product(1, "Lamp")]));
    assert_eq!(has_seen(&started).as_deref(), Some("1"));
    std::fs::write(generation.join("current"), b"\xff").unwrap();
    assert_eq!(has_seen(&started), None);
}

#[test]
fn no_search_misses_a_product_while_the_index_is_rebuilt() {
    let products: Vec<ProductDocument> = (1..=500).map(|n| product(n, &format!("Lamp number {n}"))).collect();
    let shop = Shop::open(&products);
    std::thread::scope(|threads| {
        let rebuilding = threads.spawn(|| {
            for turn in 2..=6 {
                let mut rebuild = shop.engine.rebuild(index()).unwrap();
                for part in products.chunks(100) {
                    rebuild.add(part).unwrap();
                }
                rebuild.finish(&turn.to_string()).unwrap();
            }
        });
        let mut searches = 0;
        while !rebuilding.is_finished() || searches == 0 {
            let found = shop.engine.search(index(), &query("lamp")).unwrap().unwrap();
            assert_eq!(found.total, 500);
            searches += 1;
        }
    });
    assert_eq!(has_seen(&shop.engine).as_deref(), Some("6"));
}

#[test]
fn what_is_published_later_is_found_later() {
    let shop = Shop::open(&[product(10, "Lamp"), product(2_000_000, "Lamp")]);
    assert_eq!(shop.words("lamp"), [10]);
    let later = ProductQuery {
        now: Time::from_timestamp(2_000_000, 0).unwrap(),
        ..query("lamp")
    };
    assert_eq!(shop.find(&later).len(), 2);
}

#[test]
fn moments_beyond_what_an_index_can_hold_stay_on_their_side() {
    let published = |number, year: &str| ProductDocument {
        published_at: format!("{year}-12-31T00:00:00Z").parse().unwrap(),
        ..product(number, "Lamp")
    };
    let shop = Shop::open(&[published(10, "9999"), published(11, "0001"), published(12, "2400")]);
    assert_eq!(shop.words("lamp"), [11]);
}

#[test]
fn without_an_index_nothing_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let engine = TantivyEngine::new(folder.path().to_owned());
    assert!(engine.search(index(), &query("lamp")).unwrap().is_none());
    assert!(engine.suggest(index(), "lamp", now(), 3).unwrap().is_none());
}
