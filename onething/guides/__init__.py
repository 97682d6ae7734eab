"""办事指南: what is published about one thing, from one source for every channel. Pure.

subject      one thing in one district: the catalogue, the estimate, the windows that every part reads
document     sections, groups and lines: what page, paper and API all show
full         the 26 elements of the full guide          brief      the 16 of the leaflet
materials    the nine parts of a material, for whom and in which situation
manual       the counter manual                         counter    what the window checks and how
procedure    who does what in which step within which limit; procedure_words says it
demands      what data and e-licences are shared        measures   the seven ones, before and after
differences  what differs between two records           changes    between two editions; change_words says it
"""
