use hintwright::*;
use std::path::PathBuf;
fn main() {
    rayon::ThreadPoolBuilder::new().stack_size(512 << 20).build_global().unwrap();
    let args: Vec<String> = std::env::args().collect();
    let roots: Vec<PathBuf> = vec![PathBuf::from(&args[1])];
    let t0 = std::time::Instant::now();
    let found = source::discover(&roots, &[]).unwrap();
    use rayon::prelude::*;
    let files: Vec<project::InputFile> = found
        .files
        .par_iter()
        .filter_map(|p| {
            let s = source::read(p).ok()?;
            let tree = source::parse(&s).ok()?;
            let facts = facts::lower(&tree, &s.text);
            Some(project::InputFile { source: s, facts, editable: true })
        })
        .collect();
    eprintln!("read {} files {:?}", files.len(), t0.elapsed());
    let t = std::time::Instant::now();
    let inst = stubs::Installed::find(None, &roots[0]);
    let p = project::Project::build(files, &inst, types::PythonVersion::new(3, 11));
    eprintln!("build {:?} slots {}", t.elapsed(), p.slots().len());
    let t = std::time::Instant::now();
    let done = std::sync::mpsc::channel();
    rayon::scope(|s| {
        let p = &p;
        let tx = done.0.clone();
        s.spawn(move |_| {
            tx.send(infer::rounds::evaluate(p)).unwrap();
        });
    });
    let (obs, types) = done.1.recv().unwrap();
    eprintln!(
        "evaluate {:?} bounds {} uses {} sites {}",
        t.elapsed(),
        obs.bounds.len(),
        obs.uses.len(),
        obs.sites.len()
    );
    if args.len() > 2 {
        for (slot, info) in p.slots().iter() {
            let m = p.module(info.module).unwrap();
            let name = match info.kind {
                project::SlotKind::Param(f, i) => {
                    let f = m.facts.function(f);
                    format!("{}({})", f.qualname, f.params[i as usize].name)
                }
                project::SlotKind::Return(f) => format!("{} ->", m.facts.function(f).qualname),
                project::SlotKind::Attribute(c, n) => format!("{}.{}", m.facts.class(c).qualname, n),
                project::SlotKind::Variable(n) => format!("{n}"),
                other => format!("{other:?}"),
            };
            println!("{} {}: {}", m.name, name, show(&types[slot.0 as usize]));
        }
    }
}
fn show(t: &types::Type) -> String {
    use types::Type::*;
    let list = |a: &[types::Type]| a.iter().map(show).collect::<Vec<_>>().join(", ");
    match t {
        Instance(c, a) if a.is_empty() => c.qualname.to_string(),
        Instance(c, a) => format!("{}[{}]", c.qualname, list(a)),
        Tuple(a) => format!("tuple({})", list(a)),
        Class(c, _) => format!("type[{}]", c.qualname),
        Union(a) => a.iter().map(show).collect::<Vec<_>>().join(" | "),
        Callable(c) => {
            format!("Callable[{}, {}]", c.params.as_ref().map_or("...".into(), |p| list(p)), show(&c.result))
        }
        Part(w, p) => format!("{}.{:?}", show(w), p),
        other => format!("{other:?}"),
    }
}
