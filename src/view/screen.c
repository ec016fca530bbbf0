// SPDX-License-Identifier: MIT
#include "view/screen.h"

#include "base/restore.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SEQUENCE 256

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
#define FAULTS (sizeof faults / sizeof *faults)

static struct {
    SCREEN *screen; // NULL: closed
    FILE *tty;
    bool colour, away;             // away: given back for a while
    struct termios before;         // how it was found
    char give_back[SEQUENCE];      // what a terminal is told for that
    struct sigaction were[FAULTS]; // who was to see to faults
    struct sigaction resized;
} the;

const char *screen_version(void)
{
    return NCURSES_VERSION;
}

// --- giving it back ---

// Does only what a signal handler may.
static void put_right(void)
{
    int fd = fileno(the.tty);
    if (write(fd, the.give_back, strlen(the.give_back)) < 0)
        return;
    tcsetattr(fd, TCSANOW, &the.before);
}

static void die(int number)
{
    restore_run();
    for (size_t i = 0; i < FAULTS; i++)
        sigaction(faults[i], &the.were[i], NULL);
    raise(number); // it comes when the handler is left
}

static void see_to_faults(void)
{
    struct sigaction act = {.sa_handler = die};
    for (size_t i = 0; i < FAULTS; i++)
        sigaction(faults[i], &act, &the.were[i]);
}

// Of the terminal's own description.
static void add(const char *capability)
{
    const char *text = tigetstr(capability);
    size_t len = strlen(the.give_back);
    if (text && text != (const char *)-1)
        snprintf(the.give_back + len, SEQUENCE - len, "%s", text);
}

// --- opening ---

static void set_inks(void)
{
    static const short heat[INK_HEATS] = {COLOR_BLUE, COLOR_CYAN, COLOR_GREEN, COLOR_YELLOW, COLOR_RED};
    static const short inks[INK_HEAT] = {[INK_PLAIN] = -1,
                                         [INK_BOLD] = -1,
                                         [INK_DIM] = -1,
                                         [INK_GOOD] = COLOR_GREEN,
                                         [INK_WARN] = COLOR_YELLOW,
                                         [INK_BAD] = COLOR_RED,
                                         [INK_FIRST] = COLOR_CYAN,
                                         [INK_SECOND] = COLOR_MAGENTA};
    the.colour = the.colour && has_colors() && start_color() == OK && use_default_colors() == OK;
    for (short i = 1; the.colour && i < INK_HEAT + INK_HEATS; i++)
        init_pair(i, i < INK_HEAT ? inks[i] : heat[i - INK_HEAT], -1);
}

static void set_modes(void)
{
    cbreak(); // Ctrl-C stays a signal
    noecho();
    nodelay(stdscr, true);
    keypad(stdscr, true);
    curs_set(0);
    set_inks();
}

// ncurses takes a signal only from who left it at its default: a size that changed is asked for, at each
// look.
static void ignore_resizes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGWINCH, &ignore, &the.resized);
}

int screen_open(bool colour, struct err *err)
{
    const char *term = getenv("TERM");
    the.tty = fopen("/dev/tty", "r+e");
    if (!the.tty)
        return err_set(err, ERR_USAGE, "--live: expected a terminal, but there is none: %s", strerror(errno));
    tcgetattr(fileno(the.tty), &the.before);
    ignore_resizes();
    the.screen = newterm(NULL, the.tty, the.tty);
    if (!the.screen) {
        fclose(the.tty);
        sigaction(SIGWINCH, &the.resized, NULL);
        return err_set(err, ERR_USAGE, "--live: this terminal cannot show a full screen: TERM is '%.60s'",
                       term ? term : "");
    }
    the.colour = colour;
    the.give_back[0] = 0;
    add("sgr0");
    add("cnorm");
    add("rmkx");
    add("rmcup");
    see_to_faults();
    restore_set(put_right);
    set_modes();
    the.away = false;
    return 0;
}

void screen_close(void)
{
    if (!the.screen)
        return;
    screen_suspend();
    restore_set(NULL);
    for (size_t i = 0; i < FAULTS; i++)
        sigaction(faults[i], &the.were[i], NULL);
    delscreen(the.screen);
    sigaction(SIGWINCH, &the.resized, NULL);
    fclose(the.tty);
    the.screen = NULL;
}

void screen_suspend(void)
{
    if (!the.screen || the.away)
        return;
    endwin();
    the.away = true;
    restore_set(NULL);
}

// --- showing ---

void screen_size(unsigned *rows, unsigned *columns)
{
    struct winsize size = {0};
    bool known = the.screen && ioctl(fileno(the.tty), TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col;
    *rows = known ? size.ws_row : 24;
    *columns = known ? size.ws_col : 80;
}

static attr_t attribute_of(unsigned char ink)
{
    attr_t attribute = ink == INK_BOLD ? A_BOLD : ink == INK_DIM ? A_DIM : A_NORMAL;
    return the.colour && ink > INK_DIM ? attribute | (attr_t)COLOR_PAIR(ink) : attribute;
}

void screen_show(const struct canvas *c)
{
    if (!the.screen)
        return;
    if (the.away)
        restore_set(put_right);
    the.away = false;
    unsigned rows, columns;
    screen_size(&rows, &columns);
    if ((unsigned)LINES != rows || (unsigned)COLS != columns)
        resizeterm((int)rows, (int)columns);
    erase();
    for (unsigned row = 0; row < c->rows; row++)
        for (unsigned column = 0; column < c->columns; column++) {
            const struct canvas_cell *cell = canvas_at(c, row, column);
            if (cell->text[0] == ' ')
                continue;
            attrset(attribute_of(cell->ink));
            mvaddstr((int)row, (int)column, cell->text);
        }
    refresh();
}

int screen_key(void)
{
    if (!the.screen || the.away)
        return 0;
    int key = getch();
    return key == ERR ? 0 : key;
}
